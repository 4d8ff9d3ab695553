/** What `session.get` says of a session. Used by the runner. */
import { z } from 'zod'
import { dataOf, type HttpCalls } from '../integration/harness/http-calls.ts'

const session = z.object({ state: z.string(), lastEventId: z.string() })

export async function readSession(
  calls: HttpCalls,
  sessionId: string,
): Promise<{ state: string; lastSeq: number }> {
  const { state, lastEventId } = dataOf(await calls.query('session.get', { sessionId }), session)
  return { state, lastSeq: Number(lastEventId.split('-').at(-1)) }
}
