/**
 * Appends and creates: what goes before the commit, the commit, and what comes after it. Used by `openRedisStore`.
 */
import { z } from 'zod'
import { AgentError } from '../../../core/errors.ts'
import { type EventBody, numbered } from '../../../core/events.ts'
import type {
  AppendInput,
  AppendResult,
  CreateSessionInput,
  CreateSessionResult,
} from '../../../core/ports/store.ts'
import { wordsSaid } from '../search-words.ts'
import type { RedisConnection } from './connection.ts'
import type { Feeds } from './feeds.ts'
import type { Indexes } from './indexes.ts'
import { type Keys, onceField } from './keys.ts'
import type { Log } from './log.ts'
import { answerOf, type Claimed, type OnceClaims } from './once-claims.ts'
import type { Records } from './records.ts'
import { count, decodeOnce, encodeEvents, encodeOnce, strings } from './replies.ts'
import { scripts } from './scripts.ts'
import { encodeSpend, type Spent } from './spent.ts'

/** A commit that is refused because of others, or of what is broken, is tried again, but not for ever. */
const mostTries = 20

export interface WriteParts {
  connection: RedisConnection
  keys: Keys
  /** This process, among all. */
  writer: string
  records: Records
  claims: OnceClaims
  indexes: Indexes
  spent: Spent
  log: Log
  feeds: Feeds
}

export interface Writes {
  append(input: AppendInput): Promise<AppendResult>
  create(input: CreateSessionInput): Promise<CreateSessionResult>
  /** A name for a write that is a write of its own. */
  next(): string
}

const appended = z.tuple([z.literal('appended'), count, count, z.string()])
const created = z.tuple([z.literal('created'), count, count])

/** Events as the scripts take them, and the words that they add. */
interface Encoded {
  values: string[]
  said: string
}

function encode(events: readonly EventBody[]): Encoded {
  return { values: encodeEvents(events), said: [...wordsSaid(events)].join(' ') }
}

export function createWrites(parts: WriteParts): Writes {
  const { connection, keys, writer, claims, indexes, spent, feeds } = parts
  let number = 0

  /** What has to be there before the commit; null where nothing has to. */
  function prepare({
    sessionId,
    once,
    summary,
    spend,
  }: AppendInput): Promise<Claimed | null> | null {
    const indexed = summary ? indexes.prepare(sessionId, summary) : null
    const owing = spend ? spent.prepare(sessionId) : null
    const claimed = once ? claims.claim(once, sessionId) : null
    if (!indexed && !owing && !claimed) return null
    return Promise.all([claimed, indexed, owing]).then(([claim]) => claim)
  }

  function commit(input: AppendInput, { values, said }: Encoded, nonce: string): Promise<string[]> {
    const { sessionId, once, fence, ifControlSeq, summary = {}, compact, spend } = input
    const session = keys.session(sessionId)
    const seen = feeds.seen(sessionId)
    const fields = Object.entries(summary).flatMap(([name, value]) =>
      value === undefined ? [] : [name, value],
    )
    const { head, log, deltas, answers, once: records, owed } = session
    const own = [session.writes(writer), session.voided(nonce), owed, session.words]
    number += 1
    return connection
      .run(
        scripts.append,
        [head, log, deltas, answers, records, ...own],
        [
          number,
          writer,
          session.bell,
          fence ?? '',
          ifControlSeq ?? '',
          seen?.epoch ?? '',
          seen?.seq ?? 0,
          once ? onceField(once) : '',
          once ? encodeOnce(once) : '',
          compact?.messageId ?? '',
          spend ? encodeSpend(spend) : '',
          said,
          fields.length / 2,
          ...fields,
          ...values,
        ],
      )
      .then((reply) => strings.parse(reply))
  }

  async function settle(input: AppendInput, write: string): Promise<void> {
    const { sessionId, spend, summary } = input
    if (summary) indexes.settle(sessionId, summary)
    // It is committed; should this fail, the repair finds it.
    if (spend) await spent.settle(sessionId, { write, spend }).catch(() => undefined)
  }

  async function append(input: AppendInput): Promise<AppendResult> {
    const { sessionId, once } = input
    // First of all, since it may throw.
    const encoded = encode(input.events)
    const preparing = prepare(input)
    let claim = preparing ? await preparing : null
    for (let tries = 0; tries < mostTries; tries++) {
      if (claim && claim.outcome !== 'claimed') return claim
      const nonce = claim?.nonce ?? ''
      const committing = commit(input, encoded, nonce)
      const write = `${writer}.${number}`
      let reply: string[]
      try {
        reply = await committing
      } catch (cause) {
        feeds.look(sessionId)
        throw cause
      }
      switch (reply[0]) {
        case 'appended': {
          const [, first, , epoch] = appended.parse(reply)
          const events = input.events.map((body, index) =>
            numbered(body, { sessionId, epoch, seq: first + index }),
          )
          feeds.committed(sessionId, { epoch, events })
          await settle(input, write)
          return { outcome: 'appended', events }
        }
        case 'seen':
          if (!once) throw new Error('a once-key was seen that was not asked for')
          return answerOf(once, decodeOnce(reply[1] ?? '', sessionId))
        case 'no-session':
          await goneBefore(input, nonce)
          return { outcome: 'no-session' }
        case 'fenced':
        case 'changed':
          return { outcome: reply[0] }
        case 'void':
          claim = once ? await claims.claim(once, sessionId) : null
          break
        case 'damaged':
          await mend(sessionId, reply[1] ?? '')
          break
        case 'stale':
          // A later write of this process overtook it: it was not done, and gets a later number.
          break
        default:
          // 'unknown': so many writes came since that it cannot be said whether this one was done.
          throw new AgentError('STORE_UNAVAILABLE', { cause: new Error(String(reply)) })
      }
    }
    throw new AgentError('STORE_UNAVAILABLE')
  }

  /** Takes out again what was prepared for a session that there is not. */
  async function goneBefore(
    { sessionId, once, summary }: AppendInput,
    nonce: string,
  ): Promise<void> {
    const owner = await parts.records.ownerOf(sessionId)
    parts.records.forget(sessionId)
    await Promise.all([
      once && claims.withdraw(once, { sessionId, nonce }),
      summary && owner !== null && indexes.remove(sessionId, owner),
    ])
    feeds.look(sessionId)
  }

  async function mend(sessionId: string, epoch: string): Promise<void> {
    const seen = feeds.seen(sessionId)
    await parts.log.mend(sessionId, { epoch, seq: seen?.epoch === epoch ? seen.seq : 0 })
    feeds.look(sessionId)
  }

  return {
    append,
    next: () => `${writer}.${++number}`,

    async create({ record, events: bodies, once }) {
      const { sessionId } = record
      const { values, said } = encode(bodies)
      const session = keys.session(sessionId)
      const write = `${writer}.${++number}`
      for (let tries = 0; tries < mostTries; tries++) {
        const claim = once ? await claims.claim(once, sessionId) : null
        if (claim && claim.outcome !== 'claimed') return claim
        await indexes.prepareNew(record)
        const fields = Object.entries(record).flat()
        const { head, log, deltas, answers, once: records, owed, words } = session
        const reply = strings.parse(
          await connection.run(
            scripts.create,
            [head, log, deltas, answers, records, session.voided(claim?.nonce ?? ''), owed, words],
            [
              write,
              once ? onceField(once) : '',
              once ? encodeOnce(once) : '',
              said,
              fields.length / 2,
              ...fields,
              ...values,
            ],
          ),
        )
        switch (reply[0]) {
          case 'created': {
            const [, lastSeq, controlSeq] = created.parse(reply)
            parts.records.isOf(sessionId, record.userId)
            const { epoch } = record
            const events = bodies.map((body, index) =>
              numbered(body, { sessionId, epoch, seq: index + 1 }),
            )
            feeds.committed(sessionId, { epoch, events })
            return { outcome: 'created', record: { ...record, lastSeq, controlSeq } }
          }
          case 'seen':
            if (!once) throw new Error('a once-key was seen that was not asked for')
            return answerOf(once, decodeOnce(reply[1] ?? '', sessionId))
          case 'void':
            break
          default: {
            // Somebody else's: what was written for it before is put right as it is found.
            throw new Error(`the session ${sessionId} is there already`)
          }
        }
      }
      throw new AgentError('STORE_UNAVAILABLE')
    },
  }
}
