'use client'
/** What one has begun to write, kept per conversation, over reloads too. */
import { useCallback, useSyncExternalStore } from 'react'

const prefix = 'agent-websocket:draft:'
/** Also there for where storage is refused. */
const drafts = new Map<string, string>()
const listeners = new Set<() => void>()

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

function read(key: string): string {
  const known = drafts.get(key)
  if (known !== undefined) return known
  try {
    return localStorage.getItem(prefix + key) ?? ''
  } catch {
    return ''
  }
}

function write(key: string, draft: string): void {
  drafts.set(key, draft)
  try {
    if (draft === '') localStorage.removeItem(prefix + key)
    else localStorage.setItem(prefix + key, draft)
  } catch {
    // Full or refused: the draft lives as long as the page.
  }
  for (const listener of listeners) listener()
}

/** What one writes while a conversation becomes a session is that session's. */
export function moveDraft(from: string, to: string): void {
  write(to, read(from))
  write(from, '')
}

/**
 * What was typed before the script took over stands in the field alone, and would go with its next rendering. Where
 * the browser fills fields in again after a reload, it is what is kept, and goes on from there.
 */
export function keepTyped(key: string, typed: string): void {
  const kept = read(key)
  if (typed === '' || typed === kept) return
  write(key, typed.startsWith(kept) ? typed : `${kept}\n\n${typed}`)
}

/** `key` is a session's id, or `new`. */
export function useDraft(key: string): [draft: string, setDraft: (draft: string) => void] {
  const draft = useSyncExternalStore(
    subscribe,
    () => read(key),
    () => '',
  )
  return [draft, useCallback((text: string) => write(key, text), [key])]
}
