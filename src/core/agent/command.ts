/**
 * The verb `agent.command`: each command once by its id, and an outcome that says what really happened.
 * What changes the session is an event of its log, so every tab sees it. Contract section 3.
 */
import { z } from 'zod'
import { AgentError } from '../errors.ts'
import { type CommandArgs, commandArgs, type Inputs } from '../inputs.ts'
import { wrongFields } from '../wrong-fields.ts'
import type { CommandReply } from './agent.ts'
import { checkBudget } from './budget.ts'
import { receiptOf } from './cancel-receipt.ts'
import {
  cancel,
  choose,
  type Decide,
  type Decided,
  ok,
  onWaiting,
  regenerate,
} from './command-effects.ts'
import type { LiveSession } from './live-session.ts'
import { appendOnce, onceFor, recordedFor } from './once.ts'
import { type AgentParts, knownModel, nowIso, sizedContent, withOwn } from './parts.ts'
import { changeModel } from './session-verbs.ts'

const decided: z.ZodType<Decided> = z.union([
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

/** A reply as it is kept with the request's id: with where the log stood, for one that appended nothing. */
const kept = z.object({ at: z.int(), decided })
type Kept = z.infer<typeof kept>

type Name = keyof CommandArgs

interface Commanded {
  userId: string
  input: Inputs['agentCommand']
  /** Asked once for a new answer that was not asked for before; throws where it is refused. */
  admit: (() => Promise<void>) | undefined
}

export async function command(
  parts: AgentParts,
  { userId, input, admit = async () => {} }: Commanded,
): Promise<CommandReply> {
  const { sessionId, id, name } = input
  const decide = parseCommand(parts, input)
  return withOwn(parts, userId, sessionId, async (live) => {
    const once = await onceFor(userId, { id, verb: 'command', body: input })
    const work = async (admitOnce: () => Promise<void>) => {
      const recorded = await recordedFor(parts, once)
      if (recorded) return recorded
      // It costs what a query costs. What is refused by the session as it stands costs nothing.
      if (name === 'regenerate' && decide(live).events.length > 0) {
        await checkBudget(parts, userId)
        await admitOnce()
      }
      return appendOnce(parts, live, once, () => {
        const { events, reply: decided } = decide(live)
        return { events, reply: { at: live.transcript.lastSeq, decided } satisfies Kept }
      })
    }
    const { seq, reply } = await parts.admissions.during(once, { admit, work })
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
  const { maxQueued } = parts.settings
  const decide: { [K in Name]: (args: CommandArgs[K]) => Decide } = {
    cancel: ({ messageId }) => cancel(messageId, timestamp),
    edit: ({ messageId, content, priority }) => {
      if (content !== undefined) sizedContent(parts, content, 'args.content')
      return onWaiting(messageId, { state: 'edited', content, priority }, timestamp)
    },
    hold: ({ messageId }) => onWaiting(messageId, { state: 'held' }, timestamp),
    release: ({ messageId }) => onWaiting(messageId, { state: 'released' }, timestamp),
    regenerate: ({ messageId }) => regenerate(messageId, { maxQueued, timestamp }),
    choose: ({ messageId }) => choose(messageId, timestamp),
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
    throw new AgentError('INVALID_INPUT', { fields: wrongFields(parsed.error.issues, ['args']) })
  }
  if (isName(name)) return parse(name)
  const message = `must be one of: ${Object.keys(commandArgs).join(', ')}`
  throw new AgentError('INVALID_INPUT', { fields: { name: message } })
}

function isName(name: string): name is Name {
  return Object.hasOwn(commandArgs, name)
}

const helpText = [
  '/cancel - stop the running answer',
  '/clear - start afresh: what came before is no longer sent to the model',
  '/model NAME - answer with another model from now on',
  '/regenerate - answer the last question again',
  '/help - this list',
].join('\n')
