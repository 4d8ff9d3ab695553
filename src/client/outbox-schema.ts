/**
 * Parses the entries of an outbox when they are read back. Apart from what uses them, so that a browser
 * loads the schemas only where something was left. Used by the storages.
 */
import { z } from 'zod'
import { inputs } from '../core/inputs.ts'
import { findFlaw } from '../core/plain-input.ts'

const base = {
  /** A UUID, made once: the server runs a request of this id once, however often it is sent. */
  id: z.guid(),
  /** Grows with every entry: milliseconds since 1970, or a little more. */
  order: z.number().nonnegative().max(Number.MAX_SAFE_INTEGER),
  /** Refused for good: kept, so that what someone wrote is not lost. */
  refused: z.strictObject({ reason: z.string(), message: z.string() }).optional(),
}

/** Strict: an entry of a newer version, half understood, would be another request under the same id. */
const outboxEntry = z.discriminatedUnion('kind', [
  z.strictObject({ ...base, kind: z.literal('query'), input: inputs.agentQuery }),
  z.strictObject({ ...base, kind: z.literal('command'), input: inputs.agentCommand }),
  z.strictObject({ ...base, kind: z.literal('feedback'), input: inputs.agentFeedback }),
  z.strictObject({ ...base, kind: z.literal('create'), input: inputs.sessionCreate }),
  z.strictObject({ ...base, kind: z.literal('update'), input: inputs.sessionUpdate }),
])

export type OutboxEntry = z.infer<typeof outboxEntry>

/** Null where the text is no entry of this version. */
export function parseEntry(text: string): OutboxEntry | null {
  try {
    const value: unknown = JSON.parse(text)
    if (findFlaw(value)) return null
    const parsed = outboxEntry.safeParse(value)
    return parsed.success && isOfOneId(parsed.data) ? parsed.data : null
  } catch {
    return null
  }
}

/** `session.update` has no id of its own; all others bear the entry's. */
function isOfOneId({ id, input }: OutboxEntry): boolean {
  return !('id' in input) || input.id === id
}
