/**
 * An event as the server sent it, parsed: a newer server may send what this client does not know. Fields that
 * are not known are dropped; an event of an unknown kind counts as seen, so that the next resume is after it.
 * Used by `Follow`.
 */
import { z } from 'zod'
import { type SessionEvent, sessionEvent } from '../core/events.ts'

const numbered = z.object({
  id: z.string().min(1).max(128),
  seq: z.int().nonnegative(),
  type: z.string(),
})

export type ReadEvent = SessionEvent | { type: 'unknown'; id: string; seq: number }

/** Null for what is no event at all. */
export function readEvent(data: unknown): ReadEvent | null {
  const parsed = sessionEvent.safeParse(data)
  if (parsed.success) return parsed.data
  const base = numbered.safeParse(data)
  return base.success ? { type: 'unknown', id: base.data.id, seq: base.data.seq } : null
}
