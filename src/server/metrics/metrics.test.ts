/** `/metrics`: each figure moves when what it counts happens, and nobody can make the figures grow. */
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { openSimulator } from '../simulator/simulator.ts'
import { rawRequest, upgradeLines } from '../testing/raw-request.ts'
import { newGuest, newSession, openPeer } from '../testing/socket-peer.ts'
import { openTestServer } from '../testing/test-server.ts'
import { countedLimits, type LimitName } from './counted-limits.ts'

type Samples = Map<string, number>

async function scrape(url: string): Promise<{ families: Set<string>; samples: Samples }> {
  const text = await (await fetch(`${url}/metrics`)).text()
  const families = new Set<string>()
  const samples: Samples = new Map()
  for (const line of text.split('\n')) {
    const family = /^# TYPE (\S+)/.exec(line)?.[1]
    if (family) families.add(family)
    const [, name, value] = /^([a-z].*) (\S+)$/.exec(line) ?? []
    if (name && value) samples.set(name, Number(value))
  }
  return { families, samples }
}

/** Families of which some sample is not nought. A histogram has moved when something was observed. */
function moved({ families, samples }: { families: Set<string>; samples: Samples }): string[] {
  return [...families].filter((family) =>
    [...samples].some(
      ([name, value]) => new RegExp(`^${family}(_count)?(\\{|$)`).test(name) && value > 0,
    ),
  )
}

test('O4: every figure of /metrics moves with what it counts', async () => {
  const simulator = await openSimulator({})
  await using _simulator = { [Symbol.asyncDispose]: () => simulator.close() }
  const env = {
    OPENROUTER_BASE_URL: simulator.url,
    MODELS: 'one/model,another/model',
    MAX_ACTIVE_TURNS: '1',
    MAX_CONNECTIONS_PER_IP: '1',
    QUERIES_PER_MINUTE: '3',
    MAX_SUBSCRIPTIONS_PER_CONNECTION: '3',
  }
  await using server = await openTestServer({ env })
  const { token } = await newGuest(server.url)
  await using peer = await openPeer(server.wsUrl, { token })
  const [first, second] = [await newSession(peer), await newSession(peer)]
  const ask = (sessionId: string) =>
    peer.call('mutation', 'agent.query', { sessionId, id: randomUUID(), content: 'Go' })
  const seen = (text: string) => peer.until((it) => JSON.stringify(it).includes(text))
  const all = new Set<string>()
  const families = new Set<string>()
  const look = async () => {
    const now = await scrape(server.url)
    for (const name of moved(now)) all.add(name)
    for (const name of now.families) families.add(name)
    return now.samples
  }

  // Two that answer after a try that failed; the second waits for the only place.
  const usage = { promptTokens: 12, completionTokens: 3, costUsd: 0.25 }
  simulator.next({ fault: { kind: 'status', status: 503 } })
  const plan = { tokens: ['one ', 'two'], hold: 1, usage, pace: { firstTokenMs: 0 } }
  simulator.next(plan)
  simulator.next(plan)
  peer.subscribe('session.events', { sessionId: first })
  peer.subscribe('session.events', { sessionId: second })
  await ask(first)
  await seen('"type":"delta"')
  await ask(second)
  await seen('Waiting for a free place')
  const during = await look()
  expect(during.get('agent_server_active_turns')).toBe(1)
  expect(during.get('agent_server_waiting_turns')).toBe(1)
  expect(during.get('agent_server_active_followers')).toBe(2)
  expect(during.get('agent_server_active_subscriptions')).toBe(2)
  ;(await simulator.waitForRequest(2)).release()
  ;(await simulator.waitForRequest(3)).release()
  await peer.until((it) => isEnd(it, second))

  // One that fails.
  simulator.next({ fault: { kind: 'status', status: 402 } })
  await ask(first)
  await seen('UPSTREAM_PAYMENT')
  // What is refused: a query too many, a connection too many, one that asks for what is not there.
  await ask(first)
  await seen('RATE_LIMITED')
  expect((await rawRequest(server.port, upgradeLines())).status).toBe(429)
  expect((await rawRequest(server.port, upgradeLines({ url: '/nothing' }))).status).toBe(404)
  // A reader that is gone.
  peer.socket.close()
  await peer.closed

  const after = await look()
  expect(after.get('agent_server_turns_total{outcome="stop",error_type=""}')).toBe(2)
  expect(after.get('agent_server_turns_total{outcome="error",error_type="UPSTREAM_PAYMENT"}')).toBe(
    1,
  )
  const model = 'gen_ai_response_model="one/model"'
  expect(after.get(`agent_server_model_cost_usd_total{${model}}`)).toBe(0.5)
  expect(after.get(`gen_ai_client_token_usage_sum{${model},gen_ai_token_type="input"}`)).toBe(24)
  expect(after.get('agent_server_limit_hits_total{limit="queries-per-user"}')).toBe(1)
  expect(after.get('agent_server_limit_hits_total{limit="connections-per-address"}')).toBe(1)
  expect(after.get('agent_server_refused_calls_total{reason="RATE_LIMITED"}')).toBe(1)
  // Bytes that wait in sockets need a reader that does not read: flow-control.test.ts moves that one.
  expect([...families].filter((name) => !all.has(name))).toEqual(['agent_server_buffered_bytes'])
})

function isEnd(frame: unknown, sessionId: string): boolean {
  const text = JSON.stringify(frame)
  return text.includes('"type":"response"') && text.includes(sessionId)
}

test('O5: what strangers send does not make the figures grow', async () => {
  const simulator = await openSimulator({})
  await using _simulator = { [Symbol.asyncDispose]: () => simulator.close() }
  await using server = await openTestServer({ env: { OPENROUTER_BASE_URL: simulator.url } })
  const { token } = await newGuest(server.url)
  await using peer = await openPeer(server.wsUrl, { token })
  const nonsense = async (nth: number) => {
    await peer.call('query', `no.such.procedure${nth}`, { nth })
    await peer.call('query', 'session.get', { sessionId: `none-${nth}` })
    await peer.call('mutation', 'agent.query', { [`field${nth}`]: nth })
    await fetch(`${server.url}/nothing/${nth}?x=${nth}`, { method: 'DELETE' })
    await rawRequest(server.port, upgradeLines({ url: `/${nth}` }))
    await using other = await openPeer(server.wsUrl)
    other.socket.close(3000 + nth)
    await other.closed
  }
  await nonsense(0)
  const before = (await scrape(server.url)).samples
  for (let nth = 1; nth <= 10; nth++) await nonsense(nth)
  const after = (await scrape(server.url)).samples
  expect([...after.keys()].filter((name) => !before.has(name))).toEqual([])
})

test('each limit tells by its own name when it is hit', async () => {
  const hits: LimitName[] = []
  const full = { take: () => 1000, waitMs: () => 1000, size: 0 }
  const refused = {
    take: async () => {
      const { AgentError } = await import('../../core/errors.ts')
      throw new AgentError('RATE_LIMITED')
    },
  }
  const limits = countedLimits(
    {
      connections: {
        check: (address) => (address === '' ? 'server-full' : 'address-full'),
        enter() {},
        leave() {},
        enterUser: async () => null,
        close() {},
      },
      queryRate: refused,
      queryRateOfAddress: refused,
      guestRate: refused,
      notificationRate: refused,
      callRate: full,
      fairCalls: { wait: () => null },
      requestRate: full,
      openRate: full,
      offences: { add() {}, outMs: () => 1000, isShut: () => false, size: 0 },
    },
    (name) => hits.push(name),
  )
  limits.connections.check('')
  limits.connections.check('a')
  await limits.connections.enterUser('u')
  for (const rate of ['callRate', 'requestRate', 'openRate'] as const) limits[rate].take('k')
  limits.offences.outMs('a')
  for (const rate of [
    'queryRate',
    'queryRateOfAddress',
    'guestRate',
    'notificationRate',
  ] as const) {
    await expect(limits[rate].take('k')).rejects.toThrow('Too many')
  }
  expect(hits).toEqual([
    'connections',
    'connections-per-address',
    'connections-per-user',
    'calls-per-user',
    'requests-per-address',
    'openings-per-address',
    'offences-per-address',
    'queries-per-user',
    'queries-per-address',
    'guests-per-address',
    'notifications',
  ])
})

const panels = z.object({
  panels: z.array(
    z.looseObject({
      title: z.string(),
      targets: z.array(z.looseObject({ expr: z.string() })).optional(),
    }),
  ),
})

test('the dashboard asks only for figures that there are, and for all that matter', async () => {
  await using server = await openTestServer()
  const { families } = await scrape(server.url)
  const file = new URL('../../../docs/operating/grafana-dashboard.json', import.meta.url)
  const dashboard = panels.parse(JSON.parse(readFileSync(file, 'utf8')))
  const asked = dashboard.panels.flatMap(({ targets = [] }) =>
    // A figure is what its labels follow.
    targets.flatMap(({ expr }) => expr.match(/\b\w+(?=\{)/g) ?? []),
  )
  const names = new Set(asked.map((name) => familyOf(name, families)))
  expect([...names].filter((name) => !families.has(name))).toEqual([])
  // Those that are not worth a panel.
  const left = new Set(['process_uptime_seconds', 'nodejs_eventloop_delay_p50_seconds'])
  expect([...families].filter((name) => !names.has(name) && !left.has(name))).toEqual([])
})

test('docs/operating.md explains only figures that there are, and every one that an operator is to watch', async () => {
  await using server = await openTestServer()
  const { families } = await scrape(server.url)
  const docs = readFileSync(new URL('../../../docs/operating.md', import.meta.url), 'utf8')
  const named: string[] =
    docs.match(/\b(?:agent_server|gen_ai|db_client|nodejs|process|v8js)_\w+/g) ?? []
  expect(named.length).toBeGreaterThan(15)
  expect(named.filter((name) => !families.has(familyOf(name, families)))).toEqual([])
  const wanted = [
    ['turns by outcome', 'agent_server_turns_total'],
    ['time to first token', 'agent_server_time_to_first_token_seconds'],
    ['added delay', 'agent_server_added_delay_seconds'],
    ['queue length', 'agent_server_waiting_turns'],
    ['connections', 'agent_server_active_connections'],
    ['followers', 'agent_server_active_followers'],
    ['flush size', 'agent_server_flush_size_characters'],
    ['loop delay', 'nodejs_eventloop_delay_p99_seconds'],
    ['store latency', 'db_client_operation_duration_seconds'],
    ['limits hit', 'agent_server_limit_hits_total'],
    ['tokens by model', 'gen_ai_client_token_usage'],
    ['cost by model', 'agent_server_model_cost_usd_total'],
  ] as const
  expect(wanted.filter(([, name]) => !families.has(name) || !named.includes(name))).toEqual([])
})

function familyOf(name: string, families: Set<string>): string {
  return families.has(name) ? name : name.replace(/_(bucket|sum|count)$/, '')
}
