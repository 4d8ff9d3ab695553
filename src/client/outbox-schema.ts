/**
 * Parses the entries of an outbox when they are read back. Apart from what uses them, so that a browser
 * loads the schemas only where something was left. Used by the storages.
 */
import { z } from 'zod'
import { inputs } from '../core/inputs.ts'

const base = {
  /** A UUID, made once: the server runs a request of this id once, however often it is sent. */
  id: z.guid(),
  /** Grows with every entry: milliseconds since 1970, or a little more. */
  order: z.number(),
  /** Refused for good: kept, so that what someone wrote is not lost. */
  refused: z.object({ reason: z.string(), message: z.string() }).optional(),
}

const outboxEntry = z.discriminatedUnion('kind', [
  z.object({ ...base, kind: z.literal('query'), input: inputs.agentQuery }),
  z.object({ ...base, kind: z.literal('command'), input: inputs.agentCommand }),
  z.object({ ...base, kind: z.literal('feedback'), input: inputs.agentFeedback }),
  z.object({ ...base, kind: z.literal('create'), input: inputs.sessionCreate }),
  z.object({ ...base, kind: z.literal('update'), input: inputs.sessionUpdate }),
])

export type OutboxEntry = z.infer<typeof outboxEntry>

/** Null where the text is no entry of this version. */
export function parseEntry(text: string): OutboxEntry | null {
  try {
    const parsed = outboxEntry.safeParse(JSON.parse(text))
    return parsed.success ? parsed.data : null
  } catch {
    return null
  }
}
