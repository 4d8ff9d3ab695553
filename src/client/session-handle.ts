/** One session as a program holds it: verbs, a view, and the events. Made by the client. */
import type { CommandReply, QueryReply } from '../core/agent/replies.ts'
import type { Priority, Rating, SessionEvent } from '../core/events.ts'
import type { CommandArgs } from '../core/inputs.ts'
import type { Session } from '../core/messages.ts'
import { type Answer, ask } from './answer.ts'
import { AgentClientError } from './errors.ts'
import { eventStream } from './event-stream.ts'
import type { FollowContext } from './follow.ts'
import type { Outbox } from './outbox.ts'
import { retrying } from './retrying.ts'
import type { SessionView } from './session-view.ts'

export type CommandName = keyof CommandArgs

export interface SendOptions {
  /** A UUID. Made where there is none: the same id with the same words is the same message. */
  id?: string
  priority?: Priority
}

/** All verbs may be called offline: what they ask for waits in the outbox. They reject with `AgentClientError`. */
export interface SessionHandle {
  readonly sessionId: string
  /** The session as pages show it, shared by all who ask for it. */
  view(): SessionView
  get(): Promise<Session>
  update(change: { title?: string; model?: string }): Promise<Session>
  /** Resolves once the message is committed. */
  send(content: string, options?: SendOptions): Promise<QueryReply>
  /** Sends and gives the answer as it comes. `signal` ends the reading, not the answer. */
  ask(content: string, options?: SendOptions & { signal?: AbortSignal }): Answer
  command<N extends CommandName>(name: N, args?: CommandArgs[N]): Promise<CommandReply>
  /** Stops the running answer. Resolves with the receipt; gives up after 15 s without a connection. */
  stop(): Promise<CommandReply>
  /** Takes a message back: from the outbox where it was not sent yet, from the queue where it was. */
  withdraw(messageId: string): Promise<CommandReply['outcome']>
  /** Sends a refused message anew, as a new message. Null where there is no such message. */
  retry(messageId: string): Promise<QueryReply> | null
  /** Of an answer, by its id or as `ask` gave it. */
  feedback(answer: string | Answer, rating: Rating, comment?: string): Promise<{ seq: number }>
  /** Every event after `lastEventId` (from the first without one), over any number of reconnects. */
  events(options?: {
    lastEventId?: string
    signal?: AbortSignal
  }): AsyncIterableIterator<SessionEvent>
}

export interface HandleOptions {
  sessionId: string
  context: FollowContext
  outbox: Outbox
  view(): SessionView
}

/** Its verbs need no `this`: they may be taken off and passed on. */
export function createSessionHandle({
  sessionId,
  context,
  outbox,
  view,
}: HandleOptions): SessionHandle {
  const { trpc } = context
  const patience = { ...context, limitMs: 30_000 }
  const get = () => retrying(() => trpc.session.get.query({ sessionId }), patience)
  const send: SessionHandle['send'] = (content, options = {}) => {
    const { id = crypto.randomUUID(), priority = 'normal' } = options
    return outbox.add('query', { sessionId, id, content, priority }, id)
  }
  const command: SessionHandle['command'] = (name, args) => {
    const id = crypto.randomUUID()
    return outbox.add('command', { sessionId, id, name, ...(args && { args }) }, id)
  }
  return {
    sessionId,
    view,
    get,
    send,
    command,
    update(change) {
      return outbox.add('update', { sessionId, ...change }, crypto.randomUUID())
    },
    ask(content, { signal, id = crypto.randomUUID(), ...options } = {}) {
      const before = get()
      return ask({
        queryId: id,
        signal,
        // The place in the log is read first, so that the answer cannot begin before it.
        send: () => before.then(() => send(content, { ...options, id })),
        async *events(ended) {
          const { lastEventId } = await before
          yield* eventStream(context, { sessionId, lastEventId, signal: ended })
        },
      })
    },
    stop: () => command('cancel'),
    async withdraw(messageId) {
      if (outbox.discard(messageId)) return 'withdrawn'
      return (await command('cancel', { messageId })).outcome
    },
    retry(messageId) {
      const input = outbox.refused(messageId)
      if (!input || !outbox.discard(messageId)) return null
      return send(input.content, { priority: input.priority })
    },
    async feedback(answer, rating, comment) {
      const messageId = typeof answer === 'string' ? answer : (await answer.done).messageId
      const id = crypto.randomUUID()
      const input = { sessionId, id, messageId, rating, ...(comment && { comment }) }
      return outbox.add('feedback', input, id)
    },
    events({ lastEventId, signal } = {}) {
      if (context.signal.aborted) throw new AgentClientError('CLOSED')
      return eventStream(context, { sessionId, lastEventId: lastEventId ?? null, signal })
    },
  }
}
