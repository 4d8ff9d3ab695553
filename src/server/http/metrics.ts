/**
 * Figures for `/metrics`, in Prometheus's text and with names after OpenTelemetry's. A registry for each
 * server, so that several can live in one process.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { Counter, Gauge, Registry } from 'prom-client'
import type { Agent } from '../../core/agent/agent.ts'

export interface Metrics {
  readonly contentType: string
  connections: Gauge<'transport'>
  subscriptions: Gauge
  /** Connections that were not let in, by the HTTP status of the refusal. */
  refused: Counter<'status'>
  /** WebSockets that ended, by close code. */
  closed: Counter<'code'>
  /** A figure that is read when it is asked for. */
  observe(name: string, help: string, read: () => number): void
  text(): Promise<string>
  close(): void
}

export function openMetrics(agent: Pick<Agent, 'stats'>): Metrics {
  const registry = new Registry()
  const registers = [registry]
  const delay = monitorEventLoopDelay({ resolution: 20 })
  delay.enable()
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

  observe('agent_server_active_turns', 'Turns that run.', () => agent.stats().activeTurns)
  observe(
    'agent_server_waiting_turns',
    'Turns that wait for a slot.',
    () => agent.stats().waitingTurns,
  )
  observe('agent_server_live_sessions', 'Sessions in memory.', () => agent.stats().liveSessions)
  observe('process_uptime_seconds', 'Age of the process.', () => process.uptime())
  observe('process_cpu_time_seconds', 'CPU time of the process.', () => {
    const { user, system } = process.cpuUsage()
    return (user + system) / 1e6
  })
  observe('process_memory_usage_bytes', 'Resident memory.', () => process.memoryUsage.rss())
  observe('v8js_memory_heap_used_bytes', 'JavaScript heap in use.', () => {
    return process.memoryUsage().heapUsed
  })
  const seconds = (ns: number) => (Number.isFinite(ns) ? ns / 1e9 : 0)
  const delays = 'Event loop delay since the start.'
  observe('nodejs_eventloop_delay_p50_seconds', delays, () => seconds(delay.percentile(50)))
  observe('nodejs_eventloop_delay_p99_seconds', delays, () => seconds(delay.percentile(99)))
  observe('nodejs_eventloop_delay_max_seconds', delays, () => seconds(delay.max))

  return {
    contentType: registry.contentType,
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
    observe,
    text: () => registry.metrics(),
    close: () => delay.disable(),
  }
}
