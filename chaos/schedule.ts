/**
 * A schedule: who does what and what breaks, and when. Made from a seed, written as JSON where one failed, and
 * shrunk by leaving steps out: so each step makes sense without the others. Pure; used by all of `chaos/`.
 */
import { z } from 'zod'
import { fault, plan } from '../src/server/simulator/plan.ts'

export const policies = ['restart', 'continue', 'stop'] as const
export type Policy = (typeof policies)[number]

const count = z.int().nonnegative()

/** What the model does with one call: its pace, and how it fails. */
const call = z.strictObject({
  firstTokenMs: count,
  tokensPerSecond: z.int().positive(),
  slices: plan.shape.slices,
  comments: count.optional(),
  reasoning: count.optional(),
  finish: z.enum(['stop', 'length']).optional(),
  fault: fault.optional(),
})
export type Call = z.infer<typeof call>

/**
 * What the model says to one question: the same at each call, or a text of each call's own. The last call stands
 * for all that follow.
 */
const script = z.strictObject({
  says: z.enum(['same', 'own']),
  tokens: z.int().positive(),
  calls: z.array(call).min(1),
})
export type Script = z.infer<typeof script>

const at = { atMs: count }
const query = z.string()
const session = count
const user = count
const priority = z.enum(['normal', 'high'])
/** Which one, of more than one. */
const server = count.optional()

export const step = z.discriminatedUnion('do', [
  z.strictObject({
    ...at,
    do: z.literal('ask'),
    query,
    session,
    priority,
    script,
    /** Sent over another connection too, at the same time. */
    twice: z.boolean().optional(),
    replaces: query.optional(),
  }),
  z.strictObject({ ...at, do: z.literal('edit'), query, version: z.int().positive(), script }),
  z.strictObject({ ...at, do: z.literal('move'), query, priority }),
  z.strictObject({ ...at, do: z.literal('hold'), query }),
  z.strictObject({ ...at, do: z.literal('release'), query }),
  z.strictObject({ ...at, do: z.literal('withdraw'), query }),
  z.strictObject({ ...at, do: z.literal('stop-answer'), session }),
  z.strictObject({ ...at, do: z.literal('regenerate'), query }),
  /** The `answer`-th answer that was seen of the query. */
  z.strictObject({ ...at, do: z.literal('choose'), query, answer: count }),
  z.strictObject({ ...at, do: z.literal('rate'), query, rating: z.enum(['up', 'down']) }),
  z.strictObject({ ...at, do: z.literal('clear'), session }),
  /** One more reader, from the first event. */
  z.strictObject({ ...at, do: z.literal('read'), session }),
  // What breaks: the network of a user …
  z.strictObject({ ...at, do: z.literal('cut'), user }),
  z.strictObject({ ...at, do: z.literal('cut-after'), user, bytes: z.int().positive() }),
  z.strictObject({ ...at, do: z.literal('half-open'), user }),
  z.strictObject({ ...at, do: z.literal('slow'), user, delayMs: count }),
  z.strictObject({ ...at, do: z.literal('lose-reply'), user }),
  // … and the machine of the server.
  z.strictObject({ ...at, do: z.literal('kill'), server }),
  z.strictObject({ ...at, do: z.literal('terminate'), server }),
  z.strictObject({ ...at, do: z.literal('freeze'), forMs: count, server }),
  z.strictObject({ ...at, do: z.literal('full-disk'), forMs: count }),
  z.strictObject({ ...at, do: z.literal('jump'), minutes: z.int(), server }),
  // Where servers share a store: all of them, one after another; the store; and the link of one server to it.
  z.strictObject({ ...at, do: z.literal('roll') }),
  z.strictObject({ ...at, do: z.literal('redis-kill'), forMs: count }),
  z.strictObject({ ...at, do: z.literal('redis-freeze'), forMs: count }),
  z.strictObject({ ...at, do: z.literal('link-cut'), server: count }),
  z.strictObject({ ...at, do: z.literal('link-down'), server: count, forMs: count }),
  z.strictObject({ ...at, do: z.literal('link-stall'), server: count, forMs: count }),
  /** What Redis says is lost, for so long. */
  z.strictObject({ ...at, do: z.literal('link-mute'), server: count, forMs: count }),
  /** The next answer to a commit is lost, with its connection. */
  z.strictObject({ ...at, do: z.literal('link-lose'), server: count }),
])
export type Step = z.infer<typeof step>
/** A step without its time. */
export type Deed = Step extends infer S ? (S extends Step ? Omit<S, 'atMs'> : never) : never
export type StepOf<D extends Step['do']> = Extract<Step, { do: D }>

export const schedule = z.strictObject({
  seed: z.int(),
  policy: z.enum(policies),
  /** So many share a Redis; absent: one, with the embedded store. */
  servers: z.int().positive().optional(),
  /** The user of each session. */
  sessions: z.array(user).min(1),
  /** In the order of their times. */
  steps: z.array(step),
})
export type Schedule = z.infer<typeof schedule>

/** A line for people. */
export function describe({ seed, policy, servers, sessions, steps }: Schedule): string {
  const told = steps.map((each) => `  ${describeStep(each)}`)
  const where = servers === undefined ? '' : `, ${servers} servers`
  return [`seed ${seed}, ${policy}, ${sessions.length} sessions${where}`, ...told].join('\n')
}

export function describeStep({ atMs, do: what, ...rest }: Step): string {
  const fields = Object.entries(rest).flatMap(([name, value]) =>
    name === 'script' || value === undefined ? [] : [`${name} ${value}`],
  )
  return `${String(atMs).padStart(5)} ms  ${[what, ...fields].join(' ')}${modelFaults(rest)}`
}

function modelFaults(rest: object): string {
  if (!('script' in rest)) return ''
  const { calls } = rest.script as Script
  const kinds = calls.flatMap((each) => each.fault?.kind ?? each.slices ?? [])
  return kinds.length > 0 ? ` (the model: ${kinds.join(', ')})` : ''
}
