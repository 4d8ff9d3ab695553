'use client'
/**
 * An answer's text. The Markdown code is fetched when a conversation is opened, or begun; until it has come
 * nothing of a text is shown, and where it does not come, the text as it was written.
 */
import { type ComponentType, useSyncExternalStore } from 'react'
import { useText } from '../i18n/use-text.tsx'
import { PlainText } from './plain-text.tsx'
import { Progress } from './progress.tsx'

interface TextProps {
  text: string
  /** More of it may come. */
  running: boolean
}

type Loaded = 'loading' | 'failed' | { Text: ComponentType<TextProps> }

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
  import('./markdown-text.tsx').then(
    (module) => tell({ Text: module.default }),
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

export function Markdown({ text, running }: TextProps) {
  const markdown = useMarkdown()
  const { answer } = useText()
  if (markdown === 'loading') return <Progress>{answer.thinking}</Progress>
  if (markdown === 'failed') return <PlainText text={text} />
  return <markdown.Text text={text} running={running} />
}
