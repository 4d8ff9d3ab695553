/** What `session.get` says of a session. Used by the runner. */
import { z } from 'zod'
import { dataOf, type HttpCalls } from '../integration/harness/http-calls.ts'
import { passed } from './stage.ts'

const session = z.object({ state: z.string(), lastEventId: z.string() })
/** Between tries, while a proxy has not noticed yet who is there again. */
const againMs = 50

/** Asks again until the deadline where a proxy, or a server without its store, cannot say. */
export async function readSession(
  calls: HttpCalls,
  sessionId: string,
  deadlineMs: number,
): Promise<{ state: string; lastSeq: number }> {
  for (;;) {
    const reply = await calls.query('session.get', { sessionId })
    if (reply.status >= 502 && reply.status <= 504 && performance.now() < deadlineMs) {
      await passed(againMs)
      continue
    }
    const { state, lastEventId } = dataOf(reply, session)
    return { state, lastSeq: Number(lastEventId.split('-').at(-1)) }
  }
}
