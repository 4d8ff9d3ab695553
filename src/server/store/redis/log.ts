/** A session's log as it is read, and what is done where history of it is gone. Used by the store and its feeds. */
import { z } from 'zod'
import type { LogEvent } from '../../../core/events.ts'
import type { Logger } from '../../../core/ports/log.ts'
import type { Store } from '../../../core/ports/store.ts'
import type { RedisConnection } from './connection.ts'
import type { Keys } from './keys.ts'
import { count, decodeEvent, strings } from './replies.ts'
import { scripts } from './scripts.ts'

export interface Log {
  head(sessionId: string): Promise<{ epoch: string; lastSeq: number } | null>
  /** Null where there is no session, or history of it was found to be gone. */
  read(
    input: Parameters<Store['read']>[0],
  ): Promise<{ epoch: string; lastSeq: number; events: LogEvent[] } | null>
  /** Gives the log another epoch, unless that was done already; `seen` is as far as anybody has seen the old one. */
  mend(sessionId: string, seen: { epoch: string; seq: number }): Promise<void>
}

export function createLog(
  connection: RedisConnection,
  { keys, newEpoch, logger }: { keys: Keys; newEpoch: () => string; logger: Logger },
): Log {
  async function mend(sessionId: string, { epoch, seq }: { epoch: string; seq: number }) {
    const { head, log, deltas, answers, bell } = keys.session(sessionId)
    const args = [epoch, newEpoch(), seq, bell]
    await connection.run(scripts.mend, [head, log, deltas, answers], args)
    logger.error(
      { sessionId, epoch },
      'history of a session is gone from Redis: a new epoch begins',
    )
  }

  return {
    mend,
    async head(sessionId) {
      const { head } = keys.session(sessionId)
      const reply = await connection.command((client) => client.hmget(head, 'epoch', 'lastSeq'))
      const [epoch, lastSeq] = reply
      if (epoch == null) return null
      return { epoch, lastSeq: count.parse(lastSeq) }
    },
    async read({ sessionId, after, limit, maxChars }) {
      const { head, log, deltas } = keys.session(sessionId)
      const args = [after, limit, maxChars]
      const reply = await connection.run(scripts.read, [head, log, deltas], args)
      const [epoch, lastSeq, state, ...rest] = strings.parse(reply)
      if (epoch === undefined) return null
      if (state !== '') {
        await mend(sessionId, { epoch, seq: after })
        return null
      }
      const events: LogEvent[] = []
      for (let at = 0; at < rest.length; at += 3) {
        const entry = z.tuple([z.string(), z.string(), z.string()]).parse(rest.slice(at, at + 3))
        events.push(decodeEvent(entry, { sessionId, epoch }))
      }
      return { epoch, lastSeq: count.parse(lastSeq), events }
    },
  }
}
