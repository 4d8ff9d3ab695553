/**
 * What users spent, by day. An append leaves with its session what it cost, in the same commit; from there it is
 * added to the user's day, once for each write, and what a crash left there is found by the index. Used by
 * `openRedisStore`.
 */
import { z } from 'zod'
import type { Spend, Store } from '../../../core/ports/store.ts'
import type { RedisConnection } from './connection.ts'
import type { Keys } from './keys.ts'
import { count, strings } from './replies.ts'
import { scripts } from './scripts.ts'

const dayMs = 24 * 60 * 60_000
/** Keys of days that may be there and are forgotten: from two days ago, for so many days. */
const forgotten = 7
/** What is younger may be settled by who committed it. */
const underWayMs = 10_000

export interface Spent {
  /** Before the commit that leaves it with the session. */
  prepare(sessionId: string): Promise<void>
  /** After it. */
  settle(sessionId: string, owed: { write: string; spend: Spend }): Promise<void>
  add(write: string, spend: Spend): Promise<void>
  of: Store['spent']
  /** Settles what was left by processes that died. */
  repair(): Promise<void>
}

const spendShape = z.tuple([z.string(), z.string(), z.int(), z.number()])

export function encodeSpend({ userId, day, tokens, costUsd }: Spend): string {
  return JSON.stringify([userId, day, tokens, costUsd] satisfies z.infer<typeof spendShape>)
}

export function createSpent(connection: RedisConnection, keys: Keys): Spent {
  async function add(write: string, { userId, day, tokens, costUsd }: Spend): Promise<void> {
    const user = keys.user(userId)
    const past = Array.from({ length: forgotten }, (_, index) =>
      new Date(Date.parse(day) - (index + 2) * dayMs).toISOString().slice(0, 10),
    )
    const days = [day, ...past].map((one) => user.spent(one))
    await connection.run(scripts.spend, days, [write, tokens, costUsd])
  }

  async function settle(sessionId: string, { write, spend }: { write: string; spend: Spend }) {
    const { owed } = keys.session(sessionId)
    await add(write, spend)
    await connection.command((client) => client.hdel(owed, write))
  }

  return {
    add,
    settle,
    async prepare(sessionId) {
      await connection.run(scripts.mark, [keys.owing], [sessionId])
    },
    async of({ userId, day }) {
      const key = keys.user(userId).spent(day)
      const reply = await connection.command((client) => client.hmget(key, 'tokens', 'costUsd'))
      const [tokens, costUsd] = reply
      return { tokens: count.parse(tokens ?? 0), costUsd: Number(costUsd ?? 0) }
    },
    async repair() {
      const [now = '0', ...rest] = strings.parse(await connection.run(scripts.marked, [keys.owing]))
      for (let at = 0; at < rest.length; at += 2) {
        const [sessionId = '', score = '0'] = rest.slice(at, at + 2)
        if (Number(now) - Number(score) < underWayMs) continue
        const { owed } = keys.session(sessionId)
        const left = await connection.command((client) => client.hgetall(owed))
        for (const [write, value] of Object.entries(left)) {
          const [userId, day, tokens, costUsd] = spendShape.parse(JSON.parse(value))
          await settle(sessionId, { write, spend: { userId, day, tokens, costUsd } })
        }
        await connection.run(scripts.rescore, [keys.owing], [sessionId, score, ''])
      }
    },
  }
}
