'use client'
/** An answer's text. Plain until the Markdown code has come, which is fetched when first needed. */
import { lazy, Suspense } from 'react'

const load = () => import('./markdown-body.tsx')
const MarkdownBody = lazy(load)

/** Fetches the code ahead of the first answer. */
export function preloadMarkdown(): void {
  void load()
}

export function Markdown({ text }: { text: string }) {
  return (
    <Suspense fallback={<div className="prose plain">{text}</div>}>
      <MarkdownBody text={text} />
    </Suspense>
  )
}
