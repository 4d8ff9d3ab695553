/**
 * The verb `agent.command`: each command once by its id, and an outcome that says what really happened.
 * What changes the session is an event of its log, so every tab sees it. Contract section 3.
 */
import { z } from 'zod'
import { AgentError } from '../errors.ts'
import type { EventBody } from '../events.ts'
import { type CommandArgs, commandArgs, type Inputs } from '../inputs.ts'
import type { CommandOutcome, CommandReply } from './agent.ts'
import { receiptOf } from './cancel-receipt.ts'
import type { LiveSession } from './live-session.ts'
import { appendOnce, onceFor } from './once.ts'
import { type AgentParts, knownModel, nowIso, sizedContent, withOwn } from './parts.ts'
import { changeModel } from './session-verbs.ts'

/** What a command does to the session as it stands: events to append, and what the caller is told. */
interface Effect {
  events: EventBody[]
  reply: Decided
}

/** A reply as it was decided. Of a `cancel` it names the answer; the log has the rest. */
const decided = z.union([
  z.object({
    outcome: z.enum([
      'ok',
      'cancelled',
      'already-finished',
      'withdrawn',
      'already-started',
      'not-found',
    ]),
    content: z.string().optional(),
    messageId: z.string().optional(),
  }),
  z.object({ cancelling: z.string() }),
])
type Decided = z.infer<typeof decided>

/** A reply as it is kept with the request's id: with where the log stood, for one that appended nothing. */
const kept = z.object({ at: z.int(), decided })
type Kept = z.infer<typeof kept>

type Name = keyof CommandArgs
type Decide = (live: LiveSession) => Effect

export async function command(
  parts: AgentParts,
  userId: string,
  input: Inputs['agentCommand'],
): Promise<CommandReply> {
  const { sessionId, id, name } = input
  const decide = parseCommand(parts, input)
  return withOwn(parts, userId, sessionId, async (live) => {
    const once = await onceFor(userId, { id, verb: 'command', body: input })
    const { seq, reply } = await appendOnce(parts, live, once, () => {
      const { events, reply: decided } = decide(live)
      return { events, reply: { at: live.transcript.lastSeq, decided } satisfies Kept }
    })
    parts.runner.kick(sessionId)
    const reached = await replyOf(parts, live, { seq, reply: kept.parse(reply) })
    // Every cancel gets a receipt, also one that had nothing to stop.
    return name === 'cancel'
      ? { lastSeq: reached.seq, upstreamAborted: false, ...reached }
      : reached
  })
}

async function replyOf(
  parts: AgentParts,
  live: LiveSession,
  { seq: appended, reply: { at, decided } }: { seq: number; reply: Kept },
): Promise<CommandReply> {
  const seq = appended || at
  if ('cancelling' in decided) {
    return { seq, ...(await receiptOf(parts, live, { answerId: decided.cancelling, after: seq })) }
  }
  const { outcome, content, messageId } = decided
  const reached: CommandReply = { seq, outcome }
  if (content !== undefined) reached.content = content
  if (messageId !== undefined) reached.messageId = messageId
  return reached
}

/** Checks name and arguments; what comes back decides on the session as it stands. */
function parseCommand(parts: AgentParts, { name, args = {} }: Inputs['agentCommand']): Decide {
  const timestamp = nowIso(parts)
  const decide: { [K in Name]: (args: CommandArgs[K]) => Decide } = {
    cancel:
      ({ messageId }) =>
      (live) =>
        cancel(live, messageId, timestamp),
    edit: ({ messageId, content }) => {
      sizedContent(parts, content, 'args.content')
      return onWaiting(messageId, { state: 'edited', content, timestamp })
    },
    hold: ({ messageId }) => onWaiting(messageId, { state: 'held', timestamp }),
    release: ({ messageId }) => onWaiting(messageId, { state: 'released', timestamp }),
    regenerate:
      ({ messageId }) =>
      (live) =>
        regenerate(parts, live, messageId),
    clear: () => () =>
      ok({ type: 'command', name: 'clear', content: 'Context cleared', timestamp }),
    model: ({ model }) => {
      knownModel(parts, model)
      return () => ok({ ...changeModel(model), timestamp })
    },
    help: () => () => ({ events: [], reply: { outcome: 'ok', content: helpText } }),
  }
  const parse = <K extends Name>(key: K): Decide => {
    const parsed = commandArgs[key].safeParse(args)
    if (parsed.success) return decide[key](parsed.data as CommandArgs[K])
    const fields: Record<string, string> = {}
    for (const issue of parsed.error.issues) {
      fields[['args', ...issue.path].join('.')] ??= issue.message
    }
    throw new AgentError('INVALID_INPUT', { fields })
  }
  if (isName(name)) return parse(name)
  const message = `must be one of: ${Object.keys(commandArgs).join(', ')}`
  throw new AgentError('INVALID_INPUT', { fields: { name: message } })
}

function isName(name: string): name is Name {
  return Object.hasOwn(commandArgs, name)
}

function ok(event: EventBody): Effect {
  return { events: [event], reply: { outcome: 'ok' } }
}

function refused(outcome: CommandOutcome): Effect {
  return { events: [], reply: { outcome } }
}

/** Without a message: stops the running answer. With one: withdraws it, or stops it if it runs. */
function cancel(live: LiveSession, messageId: string | undefined, timestamp: string): Effect {
  const { running } = live.queue
  const isRunning =
    running && (!messageId || messageId === running.queryId || messageId === running.answerId)
  if (isRunning) {
    const args = { messageId: running.answerId }
    return {
      events: [{ type: 'command', name: 'cancel', args, content: 'Stop', timestamp }],
      reply: { cancelling: running.answerId },
    }
  }
  if (!messageId) return refused('already-finished')
  const message = live.transcript.find(messageId)
  if (!message) return refused('not-found')
  if (live.queue.find(messageId)?.kind !== 'query') return refused('already-finished')
  const { content, priority = 'normal' } = message
  return {
    events: [{ type: 'query', messageId, priority, state: 'withdrawn', content, timestamp }],
    reply: { outcome: 'withdrawn' },
  }
}

function onWaiting(
  messageId: string,
  change: { state: 'edited' | 'held' | 'released'; content?: string; timestamp: string },
): Decide {
  return (live) => {
    const message = live.transcript.find(messageId)
    if (message?.role !== 'user') return refused('not-found')
    if (live.queue.find(messageId)?.kind !== 'query') return refused('already-started')
    const { priority = 'normal' } = message
    const { state, timestamp, content = message.content } = change
    return ok({ type: 'query', messageId, priority, state, content, timestamp })
  }
}

function regenerate(parts: AgentParts, live: LiveSession, messageId: string | undefined): Effect {
  const message = messageId ? live.transcript.find(messageId) : lastQuery(live)
  const queryId = message?.role === 'assistant' ? message.replyTo : message?.messageId
  if (!queryId) return refused('not-found')
  if (live.queue.position(queryId) !== -1) return refused('already-started')
  if (live.queue.waiting.length >= parts.settings.maxQueued) throw new AgentError('QUEUE_FULL')
  const content = 'New answer requested'
  const timestamp = nowIso(parts)
  return {
    events: [
      { type: 'command', name: 'regenerate', args: { messageId: queryId }, content, timestamp },
    ],
    reply: { outcome: 'ok', messageId: queryId },
  }
}

function lastQuery(live: LiveSession) {
  const item = live.transcript.items.findLast(
    (each) => each.kind === 'message' && each.message.role === 'user',
  )
  return item?.kind === 'message' ? item.message : undefined
}

const helpText = [
  '/cancel - stop the running answer',
  '/clear - start afresh: what came before is no longer sent to the model',
  '/model NAME - answer with another model from now on',
  '/regenerate - answer the last question again',
  '/help - this list',
].join('\n')
