/**
 * A store whose appends are spans of the query that they belong to: what an append is about is said by its events. The
 * same events say where a turn begins and ends, so the core need not know of traces. Used by `traces.ts`.
 */
import { AgentError } from '../../core/errors.ts'
import type { EventBody } from '../../core/events.ts'
import type { AppendInput, AppendResult, Store } from '../../core/ports/store.ts'
import type { OpenSpan, Tracer } from './tracer.ts'
import type { TracedTurns } from './turns.ts'

interface TracedStoreInput {
  tracer: Tracer
  turns: TracedTurns
  /** As OpenTelemetry names it: `sqlite`, `redis`. */
  system: string
}

export function tracedStore(store: Store, { tracer, turns, system }: TracedStoreInput): Store {
  function spanOf({ sessionId, events }: AppendInput): OpenSpan | null {
    const queryId = queryOf(events)
    if (queryId === null) return null
    if (begins(events)) beginTurn(sessionId, { queryId, events })
    const turn = turns.of(sessionId)
    const parent =
      turn?.queryId === queryId ? turn.span.parent : tracer.query(sessionId, queryId)?.parent
    if (!parent) return null
    const attributes = {
      'db.system.name': system,
      'db.operation.name': 'append',
      'agent_server.events': events.map((event) => nameOf(event)),
    }
    return tracer.start({ name: 'append', kind: 'client', attributes }, parent)
  }

  function beginTurn(
    sessionId: string,
    { queryId, events }: { queryId: string; events: readonly EventBody[] },
  ): void {
    const query = tracer.query(sessionId, queryId)
    if (!query) return
    const status = events.find((event) => event.type === 'status')
    const attempt = status?.attempt ?? 1
    const attributes = {
      'gen_ai.conversation.id': sessionId,
      'agent_server.attempt': attempt,
    }
    const span = tracer.start({ name: 'turn', attributes }, query.parent)
    turns.begin(sessionId, { queryId, span, deltas: 0, deltaChars: 0 })
  }

  /** What an append that is done says of the turn. */
  function followUp(input: AppendInput, outcome: AppendResult['outcome']): void {
    const { sessionId, events } = input
    const turn = turns.of(sessionId)
    if (!turn || turn.queryId !== queryOf(events)) return
    if (outcome !== 'appended') return turns.end(sessionId, { outcome })
    for (const event of events) {
      if (event.type === 'delta') {
        turn.deltas++
        turn.deltaChars += event.content.length
      }
      const end = endOf(event)
      if (end) turns.end(sessionId, end)
    }
  }

  async function append(input: AppendInput): Promise<AppendResult> {
    const isMore = input.events.length > 0 && input.events.every(({ type }) => type === 'delta')
    const span = isMore ? null : spanOf(input)
    try {
      const result = await store.append(input)
      if (result.outcome !== 'appended') span?.set({ 'agent_server.outcome': result.outcome })
      span?.end()
      followUp(input, result.outcome)
      return result
    } catch (cause) {
      span?.end(errorType(cause))
      throw cause
    }
  }

  return new Proxy(store, {
    get: (target, name) => (name === 'append' ? append : bound(target, name)),
  })
}

function bound(target: Store, name: string | symbol): unknown {
  const value: unknown = Reflect.get(target, name, target)
  return typeof value === 'function' ? value.bind(target) : value
}

/** The query that events are about. What is no part of a query's life (a rating, a notification) is not traced. */
function queryOf(events: readonly EventBody[]): string | null {
  for (const event of events) {
    switch (event.type) {
      case 'query':
      case 'error':
      case 'status':
        if (event.messageId !== undefined) return event.messageId
        break
      case 'delta':
      case 'response':
        return event.replyTo
      default:
        break
    }
  }
  return null
}

function begins(events: readonly EventBody[]): boolean {
  return events.some(
    (event) =>
      event.type === 'status' &&
      event.answerId !== undefined &&
      !event.reasoning &&
      (event.state === 'thinking' || event.state === 'restarting' || event.state === 'continuing'),
  )
}

function endOf(event: EventBody): { outcome: string; error?: string } | null {
  if (event.type === 'response') return { outcome: event.finishReason }
  if (event.type === 'error') return { outcome: 'error', error: event.code }
  const isLetGo =
    event.type === 'status' && event.state === 'queued' && event.answerId !== undefined
  return isLetGo ? { outcome: 'let-go' } : null
}

function nameOf(event: EventBody): string {
  return event.type === 'query' || event.type === 'status'
    ? `${event.type} ${event.state}`
    : event.type
}

export function errorType(cause: unknown): string {
  return cause instanceof AgentError ? cause.reason : 'unexpected'
}
