/**
 * An agent on the real embedded store, with a model and a clock that the test directs. Used by the tests
 * of the agent. A second agent on the same store is what a new start, or another server, is.
 */
import type { Agent } from '../agent/agent.ts'
import { createAgent } from '../agent/create-agent.ts'
import type { AgentSettings } from '../agent/settings.ts'
import type { Priority } from '../events.ts'
import type { Ids } from '../ports/clock.ts'
import type { Store } from '../ports/store.ts'
import { ManualClock } from './manual-clock.ts'
import { ScriptedModel } from './scripted-model.ts'
import { Tab } from './tab.ts'
import { openTempStore, silent } from './temp-store.ts'

export const settings: AgentSettings = {
  agentName: 'Agent',
  systemPrompt: 'Be kind.',
  models: ['m1', 'm2', 'm3'],
  defaultModel: 'm1',
  maxHistory: 50,
  temperature: 0.7,
  maxTokens: 1500,
  maxQueued: 20,
  maxActiveTurns: 256,
  maxMessageBytes: 65536,
  crashPolicy: 'restart',
  maxAttempts: 3,
  leaseTtlMs: 30_000,
  sessionTimeoutMs: 30 * 60_000,
  retentionMs: 30 * 24 * 60 * 60_000,
  budget: { tokensPerDay: null, costPerDayUsd: null },
}

/** All that the event loop has to do by now, commits of the store included. */
export async function round(): Promise<void> {
  for (let turns = 0; turns < 4; turns++) await new Promise((resolve) => setImmediate(resolve))
}

/** One agent, as one process has it. */
export class Server {
  readonly agent: Agent
  readonly clock = new ManualClock()
  readonly model = new ScriptedModel()
  #tabs: Tab[] = []

  constructor(store: Store, ids: Ids, changed: Partial<AgentSettings> = {}) {
    const { clock, model } = this
    const own = { ...settings, ...changed }
    this.agent = createAgent({ store, model, clock, ids, log: silent, settings: own })
  }

  async create(userId = 'u1'): Promise<string> {
    return (await this.agent.createSession(userId, {})).sessionId
  }

  ask(
    sessionId: string,
    id: string,
    more: { content?: string; priority?: Priority; as?: string; replaces?: string } = {},
  ) {
    const { content = `Question ${id}`, priority = 'normal', as = 'u1', replaces } = more
    const stands = replaces === undefined ? {} : { replaces }
    return this.agent.query(as, { sessionId, id, content, priority, ...stands })
  }

  command(sessionId: string, id: string, name: string, args: Record<string, unknown> = {}) {
    return this.agent.command('u1', { sessionId, id, name, args })
  }

  async follow(sessionId: string, lastEventId?: string, userId = 'u1'): Promise<Tab> {
    const stop = new AbortController()
    const input = { sessionId, ...(lastEventId !== undefined && { lastEventId }) }
    const tab = new Tab(await this.agent.follow(userId, input, stop.signal), stop)
    this.#tabs.push(tab)
    return tab
  }

  /** Stops as a process does that has no time to wait for its answers. */
  async stop(): Promise<void> {
    const drained = this.agent.drain(0)
    this.clock.advance(0)
    await drained
    await Promise.all(this.#tabs.map((tab) => tab.close()))
  }
}

export interface Bench extends Server {
  store: Store
  /** Another agent on the same store. */
  another(changed?: Partial<AgentSettings>): Server
  close(): Promise<void>
}

export async function openBench(
  options: {
    settings?: Partial<AgentSettings>
    wrap?: (store: Store) => Store
    monotonicMs?: () => number
  } = {},
): Promise<Bench> {
  const { wrap = (store) => store, monotonicMs } = options
  const temp = await openTempStore(monotonicMs && { monotonicMs })
  const store = wrap(temp.store)
  let made = 0
  const ids: Ids = { random: () => `id${++made}`, epoch: () => `e${++made}` }
  const servers: Server[] = []
  const another = (changed?: Partial<AgentSettings>): Server => {
    const server = new Server(store, ids, { ...options.settings, ...changed })
    servers.push(server)
    return server
  }
  const first = another()
  const close = async () => {
    await Promise.all(servers.map((server) => server.stop()))
    await temp.close()
  }
  return Object.assign(first, { store, another, close })
}
