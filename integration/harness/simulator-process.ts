/** The simulator as a process of its own, directed over its control paths. Used by all fault tests. */
import { join } from 'node:path'
import { z } from 'zod'
import type { PlanInput } from '../../src/server/simulator/plan.ts'
import { Child, root } from './child.ts'

const seenRequest = z.object({
  number: z.int(),
  state: z.enum(['waiting', 'streaming', 'holding', 'ended', 'aborted', 'reset']),
  tokensSent: z.int(),
  /** Milliseconds since 1970. */
  lastTokenAtMs: z.number().nullable(),
  nextTokenAtMs: z.number().nullable(),
  endedAtMs: z.number().nullable(),
  headers: z.record(z.string(), z.unknown()),
  body: z.looseObject({
    messages: z.array(z.looseObject({ role: z.string(), content: z.string() })),
  }),
})
/** A call of the model, as it reached the simulator. */
export type SeenRequest = z.infer<typeof seenRequest>

export interface SimulatorProcess extends AsyncDisposable {
  /** As `OPENROUTER_BASE_URL` wants it. */
  readonly url: string
  readonly child: Child
  /** One plan for each of the next requests. */
  next(...plans: PlanInput[]): Promise<void>
  /** The plan of all others. */
  always(plan: PlanInput | null): Promise<void>
  /** Plans by what is asked: one for each request of exactly this question, the last one for all that follow. */
  questions(plans: Readonly<Record<string, readonly PlanInput[]>>): Promise<void>
  /** Forgets plans and requests, and counts from 1 again. */
  reset(): Promise<void>
  requests(): Promise<SeenRequest[]>
  /** Connections that callers kept for their next call, and that it closed by itself. */
  closedKept(): Promise<number>
  /** The `number`-th request, when it is there. */
  request(number: number): Promise<SeenRequest>
  /** The same, when it stands at its hold or is over. */
  held(number: number): Promise<SeenRequest>
  /** The same, when it is over. */
  finished(number: number): Promise<SeenRequest>
  /** Lets it go on, to its end or for so many tokens. */
  release(number: number, tokens?: number): Promise<void>
  /** Lets all go on that stand. */
  releaseAll(): Promise<void>
}

export async function startSimulator(): Promise<SimulatorProcess> {
  const child = new Child([join(root, 'src/server/simulator/main.ts'), '--control'])
  const [line] = await child.said('stdout', /^\{.*\}$/m)
  const { url } = z.object({ url: z.string() }).parse(JSON.parse(line))

  async function call(path: string, body?: unknown): Promise<unknown> {
    const post = { method: 'POST', body: JSON.stringify(body) }
    const response = await fetch(
      new URL(`/control/${path}`, url),
      body === undefined ? {} : { ...post, headers: { 'content-type': 'application/json' } },
    )
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
    return response.json()
  }
  const one = async (path: string) => seenRequest.parse(await call(`requests/${path}`))
  const requests = async () => z.array(seenRequest).parse(await call('requests'))
  const release = async (number: number, tokens?: number) => {
    await call(`requests/${number}/release`, tokens === undefined ? {} : { tokens })
  }
  return {
    url,
    child,
    requests,
    release,
    async closedKept() {
      return z.object({ closed: z.int() }).parse(await call('connections')).closed
    },
    async next(...plans) {
      await call('next', plans)
    },
    async always(plan) {
      await call('always', plan)
    },
    async questions(plans) {
      await call('questions', plans)
    },
    async reset() {
      await call('reset', {})
    },
    request: (number) => one(`${number}`),
    held: (number) => one(`${number}/held`),
    finished: (number) => one(`${number}/finished`),
    async releaseAll() {
      const standing = (await requests()).filter(({ state }) => state === 'holding')
      await Promise.all(standing.map(({ number }) => release(number)))
    },
    [Symbol.asyncDispose]: () => child.kill(),
  }
}
