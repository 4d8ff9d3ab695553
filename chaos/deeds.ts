/** What users do, step by step: through the client, and over HTTP where the client has no verb for it. */
import { z } from 'zod'
import { dataOf } from '../integration/harness/http-calls.ts'
import { AgentClientError } from '../src/client/index.ts'
import type { Receipt } from './observations.ts'
import type { StepOf } from './schedule.ts'
import { passed } from './stage.ts'
import type { Scene } from './troupe.ts'

export type Deed = StepOf<
  | 'ask'
  | 'edit'
  | 'move'
  | 'hold'
  | 'release'
  | 'withdraw'
  | 'stop-answer'
  | 'regenerate'
  | 'choose'
  | 'rate'
  | 'clear'
  | 'read'
>

/** A query as it was asked. */
export interface Asked {
  scene: Scene
  id: string
}

export interface Doing {
  scenes: readonly Scene[]
  /** By their names in the schedule. */
  queries: ReadonlyMap<string, Asked>
  question(query: string, version: number): string
  isBack(): Promise<void>
}

const queryReply = z.object({ seq: z.int() })
const commandReply = z.object({
  seq: z.int(),
  outcome: z.string(),
  lastSeq: z.int().optional(),
})
type CommandReply = z.infer<typeof commandReply>

/** Resolves when the caller has been told, or has given up. */
export async function perform(step: Deed, doing: Doing): Promise<void> {
  if (step.do === 'ask') return ask(step, doing)
  if ('session' in step) {
    const scene = doing.scenes[step.session]
    if (!scene) return
    if (step.do === 'read') return scene.read()
    const name = step.do === 'clear' ? 'clear' : 'cancel'
    return commanded(scene, name, () => scene.session.command(name))
  }
  const asked = doing.queries.get(step.query)
  // Left out when the schedule was shrunk.
  if (!asked) return
  return about(step, asked, doing)
}

async function about(
  step: Exclude<Deed, { session: number }>,
  { scene, id: messageId }: Asked,
  { question }: Doing,
): Promise<void> {
  const { session } = scene
  const command = (name: string, run: () => Promise<CommandReply>) => commanded(scene, name, run)
  switch (step.do) {
    case 'edit': {
      const content = question(step.query, step.version)
      return command('edit', () => session.command('edit', { messageId, content }))
    }
    case 'move':
      return command('edit', () => session.command('edit', { messageId, priority: step.priority }))
    case 'hold':
    case 'release':
    case 'regenerate': {
      const name = step.do
      return command(name, () => session.command(name, { messageId }))
    }
    case 'withdraw':
      return command('cancel', () => session.command('cancel', { messageId }))
    case 'choose': {
      const answerId = answersTo(scene, messageId)[step.answer]
      if (!answerId) return
      return command('choose', () => session.command('choose', { messageId: answerId }))
    }
    case 'rate': {
      const answerId = answersTo(scene, messageId)[0]
      if (!answerId) return
      const { rating } = step
      return unlessRefused(async () => {
        const { seq } = await session.feedback(answerId, rating)
        scene.receipts.push({ kind: 'feedback', seq, messageId: answerId, rating })
      })
    }
  }
}

/** Answers to a query that were seen so far, in their order. */
function answersTo({ eyes }: Scene, queryId: string): string[] {
  return eyes.events.flatMap((event) =>
    event.type === 'status' && event.state === 'thinking' && event.messageId === queryId
      ? [event.answerId ?? '']
      : [],
  )
}

async function ask(step: StepOf<'ask'>, doing: Doing): Promise<void> {
  const asked = doing.queries.get(step.query)
  if (!asked) throw new Error(`${step.query} has no id`)
  const { scene, id } = asked
  const content = doing.question(step.query, 0)
  const { priority } = step
  const replaces = step.replaces === undefined ? undefined : doing.queries.get(step.replaces)?.id
  const told = (seq: number) => scene.receipts.push({ kind: 'query', id, content, seq })
  const body = { sessionId: scene.session.sessionId, id, content, priority }
  const overHttp = async () => {
    const reply = await sure(doing, () =>
      scene.player.calls.mutate('agent.query', { ...body, ...(replaces && { replaces }) }),
    )
    if (reply.status === 200) told(dataOf(reply, queryReply).seq)
    else scene.refusals.push({ id, reason: reply.body })
  }
  const throughClient = () =>
    unlessRefused(
      async () => void told((await scene.session.send(content, { id, priority })).seq),
      (reason) => scene.refusals.push({ id, reason }),
    )
  // The client has no word for a query that stands for another.
  if (replaces) return overHttp()
  await Promise.all([throughClient(), ...(step.twice ? [overHttp()] : [])])
}

/** The server's own, and a proxy's that found nobody or got no answer. */
const notNow: ReadonlySet<number> = new Set([429, 502, 503, 504])

/** Asks again, under the same id, until there is an answer that is no "not now". */
async function sure<T extends { status: number }>(
  { isBack }: Doing,
  call: () => Promise<T>,
): Promise<T> {
  for (;;) {
    await isBack()
    const answer = await call().catch(() => null)
    if (answer && !notNow.has(answer.status)) return answer
    await passed(30)
  }
}

async function commanded(
  scene: Scene,
  name: string,
  run: () => Promise<CommandReply>,
): Promise<void> {
  await unlessRefused(async () => {
    const { seq, outcome, lastSeq } = commandReply.parse(await run())
    const receipt: Receipt = { kind: 'command', name, seq, outcome }
    scene.receipts.push(lastSeq === undefined ? receipt : { ...receipt, lastSeq })
  })
}

/** A refusal is an answer too. Whatever else is thrown is broken. */
async function unlessRefused(
  run: () => Promise<void>,
  refused: (reason: string) => void = () => {},
): Promise<void> {
  try {
    await run()
  } catch (cause) {
    if (!(cause instanceof AgentClientError)) throw cause
    if (cause.reason !== 'CLOSED' && cause.reason !== 'TIMED_OUT') refused(cause.reason)
  }
}
