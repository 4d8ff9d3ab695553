/**
 * What the commands that go by the queue and the answers do to a session as it stands: `cancel`, `edit`,
 * `hold`, `release`, `regenerate`, `choose`. Pure decisions; `command.ts` commits them.
 */
import { AgentError } from '../errors.ts'
import type { EventBody, Priority } from '../events.ts'
import type { Message } from '../messages.ts'
import type { CommandOutcome } from './agent.ts'
import type { LiveSession } from './live-session.ts'

/** A reply as it is decided. Of a `cancel` it names the answer; the log has the rest. */
export type Decided =
  | { outcome: CommandOutcome; content?: string | undefined; messageId?: string | undefined }
  | { cancelling: string }

/** Events to append, and what the caller is told. */
export interface Effect {
  events: EventBody[]
  reply: Decided
}

export type Decide = (live: LiveSession) => Effect

export function ok(event: EventBody): Effect {
  return { events: [event], reply: { outcome: 'ok' } }
}

function refused(outcome: CommandOutcome): Effect {
  return { events: [], reply: { outcome } }
}

/** Without a message: stops the running answer. With one: withdraws what waits of it, or stops it if it runs. */
export function cancel(messageId: string | undefined, timestamp: string): Decide {
  return (live) => {
    const command = { type: 'command', name: 'cancel', timestamp } as const
    const { running } = live.queue
    const isRunning =
      running && (!messageId || messageId === running.queryId || messageId === running.answerId)
    if (isRunning) {
      const args = { messageId: running.answerId }
      return {
        events: [{ ...command, args, content: 'Stop' }],
        reply: { cancelling: running.answerId },
      }
    }
    if (!messageId) return refused('already-finished')
    const message = live.transcript.find(messageId)
    if (!message) return refused('not-found')
    const withdrawn = { outcome: 'withdrawn' } as const
    switch (live.queue.find(messageId)?.kind) {
      case undefined:
        return refused('already-finished')
      case 'regenerate': {
        const content = 'New answer withdrawn'
        return { events: [{ ...command, args: { messageId }, content }], reply: withdrawn }
      }
      case 'query': {
        const { content, priority = 'normal' } = message
        const state = 'withdrawn'
        return {
          events: [{ type: 'query', messageId, priority, state, content, timestamp }],
          reply: withdrawn,
        }
      }
    }
  }
}

interface WaitingChange {
  state: 'edited' | 'held' | 'released'
  content?: string | undefined
  priority?: Priority | undefined
}

/** Changes a query that waits. A new answer that waits can be moved, and has no text to edit. */
export function onWaiting(messageId: string, change: WaitingChange, timestamp: string): Decide {
  return (live) => {
    const message = live.transcript.find(messageId)
    if (message?.role !== 'user') return refused('not-found')
    const turn = live.queue.find(messageId)
    const moves = change.state === 'edited' && change.content === undefined
    if (!turn || (turn.kind === 'regenerate' && !moves)) return refused('already-started')
    const { state, content = message.content, priority = turn.priority } = change
    return ok({ type: 'query', messageId, priority, state, content, timestamp })
  }
}

/** A new answer to the last query, to that one, or to that answer's. */
export function regenerate(
  messageId: string | undefined,
  { maxQueued, timestamp }: { maxQueued: number; timestamp: string },
): Decide {
  return (live) => {
    const message = messageId ? live.transcript.find(messageId) : lastQuery(live)
    const queryId = message?.role === 'assistant' ? message.replyTo : message?.messageId
    if (!queryId) return refused('not-found')
    if (live.queue.position(queryId) !== -1) return refused('already-started')
    if (live.queue.waiting.length >= maxQueued) throw new AgentError('QUEUE_FULL')
    const content = 'New answer requested'
    const args = { messageId: queryId }
    return {
      events: [{ type: 'command', name: 'regenerate', args, content, timestamp }],
      reply: { outcome: 'ok', messageId: queryId },
    }
  }
}

const choosable: ReadonlySet<Message['state']> = new Set(['done', 'cancelled', 'interrupted'])

/** Makes an answer the one of its query that counts: one with text, that has ended and did not fail. */
export function choose(messageId: string, timestamp: string): Decide {
  return (live) => {
    const answer = live.transcript.find(messageId)
    const { replyTo, chosen } = answer ?? {}
    if (!answer?.content || !replyTo || !choosable.has(answer.state)) return refused('not-found')
    if (chosen) return refused('ok')
    const args = { messageId, replyTo }
    const content = 'Answer chosen'
    return ok({ type: 'command', name: 'choose', args, content, timestamp })
  }
}

function lastQuery(live: LiveSession): Message | undefined {
  const item = live.transcript.items.findLast(
    (each) => each.kind === 'message' && each.message.role === 'user',
  )
  return item?.kind === 'message' ? item.message : undefined
}
