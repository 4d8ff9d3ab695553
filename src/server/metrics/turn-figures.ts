/**
 * Figures of turns, as a fold of what this process commits: the log says when a turn began, what came first and
 * how it ended, so nothing else has to be asked. Fed by `measured-store.ts`.
 */
import { Counter, Histogram, type Registry } from 'prom-client'
import type { LogEvent } from '../../core/events.ts'
import { delayBuckets, longBuckets, sizeBuckets } from './buckets.ts'

/** Turns and queries that are remembered: past it the oldest is forgotten, and has no figure. */
const defaultMost = 20_000

export interface TurnFigures {
  committed(events: readonly LogEvent[]): void
  /** See `Meter`. */
  flushed(waitedMs: number, chars: number): void
}

export function createTurnFigures(
  registry: Registry,
  { nowMs = () => performance.now(), most = defaultMost } = {},
): TurnFigures {
  const registers = [registry]
  const turns = new Counter({
    name: 'agent_server_turns_total',
    help: 'Turns that ended, by how; error_type is the code of an error.',
    labelNames: ['outcome', 'error_type'],
    registers,
  })
  const durations = new Histogram({
    name: 'agent_server_turn_duration_seconds',
    help: 'From the beginning of a turn to its end.',
    buckets: longBuckets,
    registers,
  })
  const waits = new Histogram({
    name: 'agent_server_query_wait_seconds',
    help: 'From the commit of a query to the beginning of its turn.',
    buckets: longBuckets,
    registers,
  })
  const firsts = new Histogram({
    name: 'agent_server_time_to_first_token_seconds',
    help: 'From the beginning of a turn to the commit of the first text of its answer.',
    buckets: longBuckets,
    registers,
  })
  const delays = new Histogram({
    name: 'agent_server_added_delay_seconds',
    help: "How long the model's text waited in this server until it was committed.",
    buckets: delayBuckets,
    registers,
  })
  const sizes = new Histogram({
    name: 'agent_server_flush_size_characters',
    help: 'Text that was committed as one delta, in UTF-16 units.',
    buckets: sizeBuckets,
    registers,
  })
  const asked = new Map<string, number>()
  const begun = new Map<string, { sinceMs: number; hasText: boolean }>()

  function remember<T>(map: Map<string, T>, key: string, value: T): void {
    map.set(key, value)
    const first = map.size > most ? map.keys().next() : null
    if (first && !first.done) map.delete(first.value)
  }

  function end(answerId: string | undefined, outcome: string, errorType: string): void {
    turns.inc({ outcome, error_type: errorType })
    const turn = answerId === undefined ? undefined : begun.get(answerId)
    if (answerId === undefined || !turn) return
    begun.delete(answerId)
    durations.observe((nowMs() - turn.sinceMs) / 1000)
  }

  function take(event: LogEvent): void {
    switch (event.type) {
      case 'query':
        if (event.state === 'queued') remember(asked, event.messageId, nowMs())
        else if (event.state === 'withdrawn') asked.delete(event.messageId)
        return
      case 'status': {
        const { state, answerId, messageId } = event
        if (answerId === undefined || messageId === undefined || event.reasoning) return
        if (state === 'thinking' || state === 'restarting' || state === 'continuing') {
          const sinceMs = asked.get(messageId)
          if (sinceMs !== undefined) waits.observe((nowMs() - sinceMs) / 1000)
          asked.delete(messageId)
          remember(begun, answerId, { sinceMs: nowMs(), hasText: false })
        } else if (state === 'queued') {
          begun.delete(answerId)
        }
        return
      }
      case 'delta': {
        const turn = begun.get(event.messageId)
        if (!turn || turn.hasText) return
        turn.hasText = true
        firsts.observe((nowMs() - turn.sinceMs) / 1000)
        return
      }
      case 'response':
        return end(event.messageId, event.finishReason, '')
      case 'error':
        return end(event.answerId, 'error', event.code)
      default:
        return
    }
  }

  return {
    committed(events) {
      for (const event of events) take(event)
    },
    flushed(waitedMs, chars) {
      delays.observe(waitedMs / 1000)
      sizes.observe(chars)
    },
  }
}
