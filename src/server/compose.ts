/**
 * The agent server out of its parts: wiring and no logic. Used by `main.ts`, and in process by tests and
 * the benchmark.
 */
import { createAgent } from '../core/agent/create-agent.ts'
import type { AgentSettings } from '../core/agent/settings.ts'
import type { Logger } from '../core/ports/log.ts'
import { openAuth } from './auth/open-auth.ts'
import { observeAgent, openMetrics } from './http/metrics.ts'
import { createLimits } from './limits/limits.ts'
import { countedLimits } from './metrics/counted-limits.ts'
import { measuredModel } from './metrics/measured-model.ts'
import { measuredStore } from './metrics/measured-store.ts'
import { createTurnFigures } from './metrics/turn-figures.ts'
import type { ThreadOptions } from './model/thread/messages.ts'
import { openModelThread } from './model/thread/model-thread.ts'
import type { Services } from './request-context.ts'
import { openServing } from './serve.ts'
import { defaultTimings, type ServerSettings, type Timings } from './settings.ts'
import { openStore } from './store/open-store.ts'
import { systemClock, systemIds } from './system.ts'
import type { Traces } from './traces/traces.ts'
import type { ServerInfo } from './trpc/context.ts'
import { version } from './version.ts'
import { closeCodes } from './websocket/close-codes.ts'

const connectTimeoutMs = 10_000
const leaseTtlMs = 10_000
/** Attempts at one answer over crashes. */
const maxAttempts = 3

export interface AgentServer {
  /** `http://127.0.0.1:3001` */
  url: string
  /** `ws://127.0.0.1:3001/trpc` */
  wsUrl: string
  port: number
  simulated: boolean
  /**
   * Stops: takes no more connections, gives running turns the drain time-out to end, tells clients,
   * closes their sockets (1001, or 1012 where the server comes back at once) and the store. The same
   * promise however often it is called.
   */
  close(options?: { restarting?: boolean }): Promise<void>
}

export interface OpenOptions {
  log: Logger
  timings?: Partial<Timings>
  /** What the ends of tokens are kept by; tests move it. */
  now?: () => number
}

/** Throws `StartError` where the port, the data folder or Redis cannot be had. */
export async function openAgentServer(
  settings: ServerSettings,
  { log, timings = {}, now = systemClock.now }: OpenOptions,
): Promise<AgentServer> {
  await using opened = new AsyncDisposableStack()
  const metrics = openMetrics()
  opened.defer(() => metrics.close())
  const { registry } = metrics
  const figures = createTurnFigures(registry)
  const system = settings.redis ? 'redis' : 'sqlite'
  const traces = await openTracing(settings, { log, system })
  opened.defer(async () => traces?.close())
  const { store: plainStore, shared, close: closeStore } = await openStore(settings, log)
  opened.defer(closeStore)
  const measured = measuredStore(plainStore, { registry, system, committed: figures.committed })
  const store = traces?.store(measured) ?? measured
  const modelUrl = await openModelUrl(settings, opened)
  const model = openModelThread(modelOptions(settings, modelUrl), log)
  opened.defer(() => model.close())
  const countedModel = measuredModel(model, { registry, models: settings.models })
  const plainAgent = createAgent({
    store,
    model: traces?.model(countedModel) ?? countedModel,
    meter: figures,
    clock: systemClock,
    ids: systemIds,
    log,
    settings: agentSettings(settings),
  })
  const agent = traces?.agent(plainAgent) ?? plainAgent
  observeAgent(metrics, agent)
  let draining = false
  const allTimings = { ...defaultTimings, ...timings }
  const limits = createLimits(settings.limits, { now: systemClock.now, shared })
  const counted = countedLimits(limits, metrics.hit)
  opened.defer(() => counted.connections.close())
  const { guestRate } = counted
  const auth = await openAuth({ settings, store, guestRate, timings: allTimings, log, now })
  opened.defer(auth.close)
  const services: Services = {
    ...auth.services,
    ...counted,
    timings: allTimings,
    agent,
    metrics,
    log,
    info: serverInfo(settings),
    limits: settings.limits,
    now,
    draining: () => draining,
  }
  const serving = await openServing({ settings, services, ping: () => store.ping() })
  try {
    // Not before the port is ours: a start that fails must not have begun to answer.
    await agent.recover()
  } catch (cause) {
    await serving.close(closeCodes.goingAway)
    throw cause
  }

  const rest = opened.move()
  const { port } = serving
  const host = urlHost(settings.host)
  let closing: Promise<void> | null = null
  const stop = async (code: number) => {
    await using _rest = rest
    draining = true
    const drained = agent.drain(settings.drainTimeoutMs)
    // Where others go on from the same store, nobody waits here: readers see there how their answers end.
    if (shared) await serving.tell()
    await drained
    await serving.close(code)
  }
  return {
    url: `http://${host}:${port}`,
    wsUrl: `ws://${host}:${port}/trpc`,
    port,
    simulated: settings.model.simulated,
    close({ restarting = false } = {}) {
      closing ??= stop(restarting ? closeCodes.restarting : closeCodes.goingAway)
      return closing
    },
  }
}

async function openTracing(
  { traces }: ServerSettings,
  input: { log: Logger; system: string },
): Promise<Traces | null> {
  if (!traces) return null
  // Loaded where it is used: OpenTelemetry's packages are in no process that traces nothing.
  const { openTraces } = await import('./traces/traces.ts')
  return openTraces(traces, input)
}

async function openModelUrl(
  { model }: ServerSettings,
  opened: AsyncDisposableStack,
): Promise<string> {
  if (!model.simulated) return model.baseUrl
  // Loaded where it is used: a server with a real model has no simulator in it.
  const { openSimulator } = await import('./simulator/simulator.ts')
  const simulator = await openSimulator({})
  opened.defer(() => simulator.close())
  return simulator.url
}

function modelOptions({ model, ...settings }: ServerSettings, baseUrl: string): ThreadOptions {
  return {
    baseUrl,
    ...(model.apiKey !== undefined && { apiKey: model.apiKey }),
    appName: settings.agentName,
    appUrl: settings.allowedOrigins?.[0] ?? `http://localhost:${settings.webPort}`,
    connectTimeoutMs,
    firstTokenTimeoutMs: model.firstTokenTimeoutMs,
    idleTimeoutMs: model.idleTimeoutMs,
  }
}

function agentSettings(settings: ServerSettings): AgentSettings {
  return {
    agentName: settings.agentName,
    systemPrompt: settings.systemPrompt,
    models: settings.models,
    defaultModel: settings.defaultModel,
    maxHistory: settings.maxHistory,
    temperature: settings.temperature,
    maxTokens: settings.maxTokens,
    maxQueued: settings.maxQueued,
    maxActiveTurns: settings.maxActiveTurns,
    maxMessageBytes: settings.limits.maxMessageBytes,
    crashPolicy: settings.crashPolicy,
    maxAttempts,
    leaseTtlMs,
    sessionTimeoutMs: settings.sessionTimeoutMinutes * 60_000,
    retentionMs: settings.retentionDays * 24 * 60 * 60_000,
    budget: settings.budget,
  }
}

function serverInfo(settings: ServerSettings): ServerInfo {
  const { tokensPerDay, costPerDayUsd } = settings.budget
  return {
    agentName: settings.agentName,
    version,
    model: settings.defaultModel,
    models: [...settings.models],
    simulated: settings.model.simulated,
    auth: { mode: settings.auth.mode },
    limits: {
      maxMessageBytes: settings.limits.maxMessageBytes,
      maxQueued: settings.maxQueued,
      queriesPerMinute: settings.limits.queriesPerMinute,
      maxHistory: settings.maxHistory,
      sessionTimeoutMinutes: settings.sessionTimeoutMinutes,
      ...(tokensPerDay !== null && { tokensPerDay }),
      ...(costPerDayUsd !== null && { costPerDayUsd }),
    },
  }
}

/** A wildcard is no address to connect to. */
function urlHost(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1'
  if (host === '::') return '[::1]'
  return host.includes(':') ? `[${host}]` : host
}
