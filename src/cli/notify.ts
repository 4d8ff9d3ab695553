/**
 * The verb `notify`: tells a session, or all sessions of a user, something. Tried again under the same id, so that
 * it is told once however often a reply is lost. Used by the command line.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'
import { call } from './call.ts'
import { CommandError, exitCodes } from './exit-codes.ts'

const reply = z.object({ sessions: z.array(z.object({ sessionId: z.string(), seq: z.int() })) })
export type Told = z.infer<typeof reply>

export interface NotifyInput {
  url: string
  token: string
  notification: Readonly<Record<string, unknown>>
  /** Between one try and the next, in milliseconds; one try more than there are of them. */
  pausesMs?: readonly number[]
}

export async function notify(input: NotifyInput): Promise<Told> {
  const { url, token, notification, pausesMs = [500, 2_000, 5_000] } = input
  for (let tried = 0; ; tried++) {
    const said = await call({ url, path: 'notify', body: notification, token })
    if (said.outcome === 'done') return reply.parse(said.data)
    const isLater = said.outcome === 'unreachable' || said.status === 429 || said.status >= 500
    const waitMs = pausesMs[tried]
    if (!isLater || waitMs === undefined) {
      const code = said.outcome === 'unreachable' ? exitCodes.unreachable : exitCodes.failed
      throw new CommandError(said.message, code)
    }
    await pause(Math.max(waitMs, said.outcome === 'refused' ? (said.retryAfterMs ?? 0) : 0))
  }
}
