/** One session as a program holds it: verbs, a view, and the events. Made by the client. */
import type { CommandOutcome, CommandReply, QueryReply } from '../core/agent/replies.ts'
import type { Priority, Rating, SessionEvent } from '../core/events.ts'
import type { CommandArgs } from '../core/inputs.ts'
import type { Session } from '../core/messages.ts'
import { type Answer, ask } from './answer.ts'
import { AgentClientError } from './errors.ts'
import { eventStream } from './event-stream.ts'
import type { FollowContext } from './follow.ts'
import type { Outbox } from './outbox.ts'
import { type Move, movesAhead, movesTo } from './queue-moves.ts'
import type { QueuedTurn } from './queued-turns.ts'
import { retrying } from './retrying.ts'
import type { SessionView } from './session-view.ts'

export type CommandName = keyof CommandArgs

export interface SendOptions {
  /** A UUID. Made where there is none: the same id with the same words is the same message. */
  id?: string
  priority?: Priority
  /** Edit and ask again: the id of an answered question that this one stands for from when it runs. */
  replaces?: string
}

export interface QueueEdit {
  content?: string
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
  /** Asks for another answer to that question (or that answer's; the last one without an id). */
  regenerate(messageId?: string): Promise<CommandReply>
  /** Of several answers to one question, makes this one count: what follows goes on from it. */
  choose(answerId: string): Promise<CommandReply>
  command<N extends CommandName>(name: N, args?: CommandArgs[N]): Promise<CommandReply>
  /** Stops the running answer. Resolves with the receipt; gives up after 15 s without a connection. */
  stop(): Promise<CommandReply>
  /**
   * Changes a message that waits. `already-started` and `not-found` say that it is too late: the answer
   * is to the text as it was.
   */
  edit(messageId: string, change: QueueEdit): Promise<CommandOutcome>
  /** A message that waits is passed over from now on. The server releases it five minutes after the last hold. */
  hold(messageId: string): Promise<CommandOutcome>
  release(messageId: string): Promise<CommandOutcome>
  /** Ahead of what waits; behind what was sent ahead before, or, where that is done, to the front. */
  sendNext(messageId: string): Promise<CommandOutcome>
  /** Puts what waits into this order, ids left out last, by as few edits of priority as do it. */
  arrange(messageIds: readonly string[]): Promise<CommandOutcome>
  /** Takes a message back: from the outbox where it was not sent yet, from the queue where it was. */
  withdraw(messageId: string): Promise<CommandReply['outcome']>
  /** Sends a refused message anew, as a new message. Null where there is no such message. */
  retry(messageId: string): Promise<QueryReply> | null
  /** Of an answer, by its id or as `ask` gave it. A later rating takes the place of the former and its comment. */
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
    const { id = crypto.randomUUID(), priority = 'normal', replaces } = options
    const input = { sessionId, id, content, priority, ...(replaces && { replaces }) }
    return outbox.add('query', input, id)
  }
  const command: SessionHandle['command'] = (name, args) => {
    const id = crypto.randomUUID()
    return outbox.add('command', { sessionId, id, name, ...(args && { args }) }, id)
  }
  const edit: SessionHandle['edit'] = async (messageId, change) => {
    if (outbox.revise(messageId, change)) return 'ok'
    return (await command('edit', { messageId, ...change })).outcome
  }
  /** Sent at once and in their order; the first that was too late says so for all. */
  const make = async (moves: readonly Move[]): Promise<CommandOutcome> => {
    const outcomes = moves.map(({ messageId, priority }) => edit(messageId, { priority }))
    const late = (await Promise.all(outcomes)).find((outcome) => outcome !== 'ok')
    return late ?? 'ok'
  }
  return {
    sessionId,
    view,
    get,
    send,
    command,
    regenerate: (messageId) => command('regenerate', messageId === undefined ? {} : { messageId }),
    choose: (messageId) => command('choose', { messageId }),
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
    edit,
    hold: async (messageId) => (await command('hold', { messageId })).outcome,
    release: async (messageId) => (await command('release', { messageId })).outcome,
    async sendNext(messageId) {
      const queue = await queueOf(view())
      const waits = queue.some((turn) => turn.messageId === messageId)
      return waits ? make(movesAhead(queue, messageId)) : edit(messageId, { priority: 'high' })
    },
    arrange: async (messageIds) => make(movesTo(await queueOf(view()), messageIds)),
    async withdraw(messageId) {
      if (outbox.discard(messageId)) return 'withdrawn'
      return (await command('cancel', { messageId })).outcome
    },
    retry(messageId) {
      const input = outbox.refused(messageId)
      if (!input || !outbox.discard(messageId)) return null
      const { content, priority, replaces } = input
      return send(content, { priority, ...(replaces && { replaces }) })
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

/** As it stands, once the view follows its session. */
function queueOf(view: SessionView): Promise<readonly QueuedTurn[]> {
  const { promise, resolve } = Promise.withResolvers<readonly QueuedTurn[]>()
  const look = () => {
    const { phase, queue } = view.getSnapshot()
    if (phase !== 'loading') resolve(queue)
  }
  const leave = view.subscribe(look)
  look()
  return promise.finally(leave)
}
