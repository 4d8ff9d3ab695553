/**
 * Once-keys over all sessions of a user (G5). What a request came to lies with its session, in the same commit;
 * here is which session that is, so that the same id is found from any other. A claim comes first, and the session
 * says what is so: a claim without a record is a request that is under way, or was refused, or died.
 *
 * Who finds a claim for another session waits a moment for its record, and then voids it: in that session's
 * slot, so that of the two exactly one is written. Used by `append` and `createSession`.
 */
import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { AgentError } from '../../../core/errors.ts'
import type { Once, Recorded } from '../../../core/ports/store.ts'
import type { RedisConnection } from './connection.ts'
import { type Keys, onceField } from './keys.ts'
import { decodeOnce } from './replies.ts'
import { scripts } from './scripts.ts'

/**
 * A claim outlives its session where a server died as it deleted that; hence an end. Within its session an id holds
 * as long as the session.
 */
const claimSeconds = 90 * 24 * 60 * 60
/** How often a claim of somebody else is looked at before it is voided, and the pause between. */
const patience = { looks: 5, pauseMs: 40 }
const mostTries = 50

const claim = z.tuple([z.string(), z.string()])
const parseClaim = (text: string) => claim.parse(JSON.parse(text))

export type Claimed =
  | { outcome: 'claimed'; nonce: string }
  | { outcome: 'duplicate'; recorded: Recorded }
  | { outcome: 'id-conflict' }

export interface OnceClaims {
  claim(once: Once, sessionId: string): Promise<Claimed>
  /** There is no such session: nobody may wait for its record. */
  withdraw(once: Once, claimed: { sessionId: string; nonce: string }): Promise<void>
  find(key: { userId: string; id: string }): Promise<Recorded | null>
  /** The session is gone, with the records of these. */
  forget(fields: readonly string[], sessionId: string): Promise<void>
}

/** What a request gets that was made before. */
export function answerOf(once: Once, recorded: Recorded): Exclude<Claimed, { outcome: 'claimed' }> {
  return recorded.hash === once.hash
    ? { outcome: 'duplicate', recorded }
    : { outcome: 'id-conflict' }
}

export function createOnceClaims(connection: RedisConnection, keys: Keys): OnceClaims {
  async function recordIn(sessionId: string, field: string): Promise<Recorded | null> {
    const { once } = keys.session(sessionId)
    const value = await connection.command((client) => client.hget(once, field))
    return value === null ? null : decodeOnce(value, sessionId)
  }

  async function swap(field: string, seen: string, next: string): Promise<boolean> {
    return (
      (await connection.run(scripts.swap, [keys.claim(field)], [seen, next, claimSeconds])) === 1
    )
  }

  return {
    async claim(once, sessionId) {
      const field = onceField(once)
      const key = keys.claim(field)
      const nonce = randomBytes(9).toString('base64url')
      const own = JSON.stringify([sessionId, nonce])
      for (let tries = 0; tries < mostTries; tries++) {
        const held = await connection.command((client) =>
          client.set(key, own, 'EX', claimSeconds, 'NX', 'GET'),
        )
        if (held === null || held === own) return { outcome: 'claimed', nonce }
        const [other, otherNonce] = parseClaim(held)
        if (other === sessionId) return { outcome: 'claimed', nonce: otherNonce }
        const recorded = await recordIn(other, field)
        if (recorded) return answerOf(once, recorded)
        if (tries < patience.looks) {
          await sleep(patience.pauseMs * (0.5 + Math.random()))
          continue
        }
        const { once: records, voided } = keys.session(other)
        const found = await connection.run(scripts.void, [records, voided(otherNonce)], [field])
        if (found !== null) return answerOf(once, decodeOnce(z.string().parse(found), other))
        if (await swap(field, held, own)) return { outcome: 'claimed', nonce }
      }
      throw new AgentError('STORE_UNAVAILABLE')
    },

    async withdraw(once, { sessionId, nonce }) {
      await swap(onceField(once), JSON.stringify([sessionId, nonce]), '')
    },

    async find(key) {
      const field = onceField(key)
      const held = await connection.command((client) => client.get(keys.claim(field)))
      return held === null ? null : recordIn(parseClaim(held)[0], field)
    },

    async forget(fields, sessionId) {
      await Promise.all(
        fields.map(async (field) => {
          const held = await connection.command((client) => client.get(keys.claim(field)))
          if (held !== null && parseClaim(held)[0] === sessionId) await swap(field, held, '')
        }),
      )
    },
  }
}
