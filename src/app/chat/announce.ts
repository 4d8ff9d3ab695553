/**
 * Says a sentence to a screen reader, without showing it: what a press did that one can see. Heard by
 * the live region of `components/live-region.tsx`.
 */
type Listener = (sentence: string) => void

const listeners = new Set<Listener>()

export function announce(sentence: string): void {
  for (const listener of listeners) listener(sentence)
}

/** Returns the end of it. */
export function onAnnouncement(listener: Listener): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
