'use client'
/** The Markdown code: fetched once, ahead of the first answer. Used by `markdown.tsx`, and by whoever knows that one is near. */
import { type ComponentType, useSyncExternalStore } from 'react'

export interface TextProps {
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
    // In a task of its own: reading the code and rendering with it are long enough each.
    (module) => setTimeout(tell, 0, { Text: module.default }),
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
