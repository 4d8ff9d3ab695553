'use client'
/**
 * An answer's text. The Markdown code is fetched when a conversation is opened, or begun; until it has come
 * nothing of a text is shown, and where it does not come, the text as it was written.
 */
import { type ComponentType, useSyncExternalStore } from 'react'
import { useText } from '../i18n/use-text.tsx'
import { MarkdownBoundary } from './markdown-boundary.tsx'
import { isParsable } from './markdown-limits.ts'
import { PlainText } from './plain-text.tsx'
import { settle } from './settled-markdown.ts'

interface BodyProps {
  text: string
  /** More of it may come. */
  running: boolean
}

type Loaded = 'loading' | 'failed' | { Body: ComponentType<BodyProps> }

let loaded: Loaded = 'loading'
let asked = false
const listeners = new Set<() => void>()

/** Fetches the code ahead of the first answer. */
export function preloadMarkdown(): void {
  if (asked) return
  asked = true
  const tell = (now: Loaded) => {
    loaded = now
    for (const listener of listeners) listener()
  }
  import('./markdown-body.tsx').then(
    (module) => tell({ Body: module.default }),
    () => {
      tell('failed')
      asked = false
    },
  )
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  preloadMarkdown()
  return () => listeners.delete(listener)
}

const onServer = (): Loaded => 'loading'

export function useMarkdown(): Loaded {
  return useSyncExternalStore(subscribe, () => loaded, onServer)
}

export function Markdown({ text, running }: BodyProps) {
  const markdown = useMarkdown()
  const { answer, content } = useText()
  if (markdown === 'loading') return <Progress>{answer.thinking}</Progress>
  const plain = <PlainText text={text} />
  if (markdown === 'failed' || !isParsable(text)) return plain
  const { text: shown, tableRows } = running ? settle(text) : { text, tableRows: null }
  // As long as nothing can be shown, it is as before the first token.
  if (running && shown.trim() === '' && tableRows === null)
    return <Progress>{answer.thinking}</Progress>
  return (
    <>
      {shown.trim() !== '' && (
        <MarkdownBoundary text={text} fallback={plain}>
          <markdown.Body text={shown} running={running} />
        </MarkdownBoundary>
      )}
      {tableRows !== null && <Progress>{content.writingTable(tableRows)}</Progress>}
    </>
  )
}

function Progress({ children }: { children: string }) {
  return <p className="mt-4 animate-breathe text-read text-ink-3 first:mt-0">{children}</p>
}
