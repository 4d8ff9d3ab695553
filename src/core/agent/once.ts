/**
 * Once (G5): a request is known by its user and id. Sent again, it changes nothing and gets the same
 * answer; another request under the same id is refused. Used by every verb that takes an `id`.
 */
import { AgentError } from '../errors.ts'
import type { EventBody } from '../events.ts'
import type { Once, Recorded } from '../ports/store.ts'
import type { LiveSession } from './live-session.ts'
import type { AgentParts } from './parts.ts'

export type OnceKey = Omit<Once, 'reply'>

/** Digests are made by several threads and end in any order. Requests go on in the order in which they came (G6). */
let lastDigest: Promise<void> = Promise.resolve()

/** A request's key: `hash` stands for its verb and body. */
export async function onceFor(
  userId: string,
  { id, verb, body }: { id: string; verb: string; body: unknown },
): Promise<OnceKey> {
  const bytes = new TextEncoder().encode(JSON.stringify([verb, sortedKeys(body)]))
  const inTurn = Promise.all([crypto.subtle.digest('SHA-256', bytes), lastDigest])
  const done = () => {}
  lastDigest = inTurn.then(done, done)
  const [digest] = await inTurn
  return { userId, id, hash: hex(new Uint8Array(digest)) }
}

/** What the same request got before, or null; another request of the same id is refused. */
export async function recordedFor(parts: AgentParts, once: OnceKey): Promise<Recorded | null> {
  const recorded = await parts.store.findOnce({ userId: once.userId, id: once.id })
  if (recorded && recorded.hash !== once.hash) throw new AgentError('ID_CONFLICT')
  return recorded
}

/**
 * Lets a request in once, however often it comes at the same time: a repetition takes nothing from its
 * user's rate, not even one that overtakes the first.
 */
export class Admissions {
  #open = new Map<string, { users: number; admitted: Promise<void> | null }>()

  /** `work` may call `admit` as soon as it knows that the request was not made before. */
  async during<T>(
    { userId, id, hash }: OnceKey,
    input: { admit: () => Promise<void>; work: (admit: () => Promise<void>) => Promise<T> },
  ): Promise<T> {
    const key = JSON.stringify([userId, id, hash])
    const entry = this.#open.get(key) ?? { users: 0, admitted: null }
    this.#open.set(key, entry)
    entry.users++
    try {
      return await input.work(() => {
        entry.admitted ??= input.admit()
        return entry.admitted
      })
    } finally {
      if (--entry.users === 0) this.#open.delete(key)
    }
  }
}

/** What a request came to, now or when it was first sent. */
export interface Applied {
  /** Number of the first event that it appended; 0 for none. */
  seq: number
  reply: unknown
}

/**
 * Appends what `decide` makes of the session as it stands, and keeps `reply` with the request's id. A
 * request that was made before is not decided upon again. `decide` throws what the caller is to be told.
 */
export async function appendOnce(
  parts: AgentParts,
  live: LiveSession,
  once: OnceKey,
  decide: () => { events: EventBody[]; reply: unknown },
): Promise<Applied> {
  const recorded = await recordedFor(parts, once)
  if (recorded) return recorded
  let reply: unknown = null
  const result = await live.changeInTurn(() => {
    const plan = decide()
    reply = plan.reply
    return { events: plan.events, once: { ...once, reply } }
  })
  switch (result.outcome) {
    case 'appended':
      return { seq: result.events[0]?.seq ?? 0, reply }
    case 'duplicate':
      return result.recorded
    case 'id-conflict':
      throw new AgentError('ID_CONFLICT')
    default:
      throw new Error(`a request without a lease was ${result.outcome}`)
  }
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** The same body has the same hash, in whatever order its fields came. */
function sortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedKeys)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).filter(([, field]) => field !== undefined)
  entries.sort(([a], [b]) => (a < b ? -1 : 1))
  return entries.map(([key, field]) => [key, sortedKeys(field)])
}
