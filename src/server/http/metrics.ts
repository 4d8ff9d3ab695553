/**
 * Figures for `/metrics`, in Prometheus's text and with names after OpenTelemetry's. A registry for each
 * server, so that several can live in one process.
 */
import { Counter, Gauge, Registry } from 'prom-client'
import type { Agent } from '../../core/agent/agent.ts'
import type { LimitName } from '../metrics/counted-limits.ts'
import { openLoopDelay } from '../metrics/loop-delay.ts'

export interface Metrics {
  readonly contentType: string
  /** For the figures of other parts: `../metrics`. */
  readonly registry: Registry
  connections: Gauge<'transport'>
  subscriptions: Gauge
  /** Connections that were not let in, by the HTTP status of the refusal. */
  refused: Counter<'status'>
  /** WebSockets that ended, by close code. */
  closed: Counter<'code'>
  /** Calls that were refused, by their `reason`. */
  refusedCalls: Counter<'reason'>
  /** Limits that somebody ran into. */
  limitHits: Counter<'limit'>
  hit(limit: LimitName): void
  /** A figure that is read when it is asked for. */
  observe(name: string, help: string, read: () => number): void
  text(): Promise<string>
  close(): void
}

/** Made before the agent, whose parts are measured too: see `observeAgent`. */
export function openMetrics(): Metrics {
  const registry = new Registry()
  const registers = [registry]
  const delay = openLoopDelay()
  const observe: Metrics['observe'] = (name, help, read) => {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read())
      },
    })
  }

  observe('process_uptime_seconds', 'Age of the process.', () => process.uptime())
  observe('process_cpu_time_seconds', 'CPU time of the process.', () => {
    const { user, system } = process.cpuUsage()
    return (user + system) / 1e6
  })
  observe('process_memory_usage_bytes', 'Resident memory.', () => process.memoryUsage.rss())
  observe('v8js_memory_heap_used_bytes', 'JavaScript heap in use.', () => {
    return process.memoryUsage().heapUsed
  })
  const delays = 'Event loop delay in the last ten seconds.'
  observe('nodejs_eventloop_delay_p50_seconds', delays, () => delay.read().p50)
  observe('nodejs_eventloop_delay_p99_seconds', delays, () => delay.read().p99)
  observe('nodejs_eventloop_delay_max_seconds', delays, () => delay.read().max)
  const busy = 'Part of the last ten seconds in which the event loop was busy, 0 to 1.'
  observe('nodejs_eventloop_utilization_ratio', busy, () => delay.read().utilization)
  const limitHits = new Counter({
    name: 'agent_server_limit_hits_total',
    help: 'Limits that somebody ran into.',
    labelNames: ['limit'],
    registers,
  })

  // Floods are counted too: the labels are looked up once.
  const counted = new Map<LimitName, Counter.Internal>()
  const hit = (limit: LimitName) => {
    const counter = counted.get(limit) ?? limitHits.labels({ limit })
    counted.set(limit, counter)
    counter.inc()
  }

  return {
    contentType: registry.contentType,
    registry,
    connections: new Gauge({
      name: 'agent_server_active_connections',
      help: 'Open connections: WebSockets and streams of server-sent events.',
      labelNames: ['transport'],
      registers,
    }),
    subscriptions: new Gauge({
      name: 'agent_server_active_subscriptions',
      help: 'Readers that follow a session.',
      registers,
    }),
    refused: new Counter({
      name: 'agent_server_refused_connections_total',
      help: 'Connections that were not let in.',
      labelNames: ['status'],
      registers,
    }),
    closed: new Counter({
      name: 'agent_server_closed_connections_total',
      help: 'WebSockets that ended, by close code.',
      labelNames: ['code'],
      registers,
    }),
    refusedCalls: new Counter({
      name: 'agent_server_refused_calls_total',
      help: 'Calls that were refused, by reason.',
      labelNames: ['reason'],
      registers,
    }),
    limitHits,
    hit,
    observe,
    text: () => registry.metrics(),
    close: () => delay.close(),
  }
}

/** What the agent knows of itself. */
export function observeAgent({ observe }: Metrics, agent: Pick<Agent, 'stats'>): void {
  const { stats } = agent
  observe('agent_server_active_turns', 'Turns that run.', () => stats().activeTurns)
  observe('agent_server_waiting_turns', 'Turns that wait for a free place.', () => {
    return stats().waitingTurns
  })
  observe('agent_server_live_sessions', 'Sessions in memory.', () => stats().liveSessions)
  observe('agent_server_active_followers', 'Cursors that follow a log.', () => stats().followers)
}
