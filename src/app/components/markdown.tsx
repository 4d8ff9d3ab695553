'use client'
/** An answer's text. Plain until the Markdown code has come, which is fetched when first needed. */
import { lazy, Suspense } from 'react'
import { MarkdownBoundary } from './markdown-boundary.tsx'
import { isParsable } from './markdown-limits.ts'
import { PlainText } from './plain-text.tsx'

const load = () => import('./markdown-body.tsx')
const MarkdownBody = lazy(load)

/** Fetches the code ahead of the first answer. */
export function preloadMarkdown(): void {
  void load()
}

export function Markdown({ text }: { text: string }) {
  const plain = <PlainText text={text} />
  if (!isParsable(text)) return plain
  return (
    <MarkdownBoundary text={text} fallback={plain}>
      <Suspense fallback={plain}>
        <MarkdownBody text={text} />
      </Suspense>
    </MarkdownBoundary>
  )
}
