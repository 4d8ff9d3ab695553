'use client'
/**
 * The answer that is being written, as it is now: whoever shows its text reads it here, so that a token touches
 * nothing else on the page. Provided by whoever knows the session.
 */
import { createContext, useContext, useSyncExternalStore } from 'react'
import type { Message, Observable } from '../../client/index.ts'

const none: Observable<Message | null> = { getSnapshot: () => null, subscribe: () => () => {} }

export const LiveAnswer = createContext(none)

/** A message as it is now: while it is being written it is ahead of the one that was given. */
export function useLiveAnswer<T extends Message | null>(given: T, running: boolean): T | Message {
  const live = useContext(LiveAnswer)
  const { subscribe, getSnapshot } = running ? live : none
  const now = useSyncExternalStore(subscribe, getSnapshot, none.getSnapshot)
  return now !== null && now.messageId === given?.messageId ? now : given
}
