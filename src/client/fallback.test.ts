/** A client whose WebSockets are blocked, against the whole server: over HTTP, and back. */
import { expect, onTestFinished, test } from 'vitest'
import type { SessionEvent } from '../core/events.ts'
import type { AgentClient } from './client.ts'
import type { Transport } from './connection-state.ts'
import { openRig } from './testing/rig.ts'
import type { UpgradeBlock } from './testing/upgrade-block.ts'
import { when } from './testing/when.ts'

const by = (agent: AgentClient, transport: Transport) =>
  when(agent.connection, (it) => it.state === 'connected' && it.transport === transport)

/** Impatient, so that a proxy that says nothing is found out soon. */
const times = { connectMs: 10_000, silenceMs: 20_000, answerMs: 15_000, slowMs: 50 }

/** Waits for nothing that it could do at once. */
function hurry(agent: AgentClient): void {
  const look = () => {
    const now = agent.connection.getSnapshot()
    if (now.state === 'offline' && now.retryAt !== undefined) agent.connection.retryNow()
  }
  onTestFinished(agent.connection.subscribe(look))
}

const blocks: UpgradeBlock[] = ['forbid', 'reject', 'hang', 'strip', 'mute']

test.for(blocks)(
  'C7: where upgrades are blocked (%s), everything goes over HTTP, and back to WebSocket when it may',
  async (how) => {
    await using rig = await openRig()
    rig.proxy.blockUpgrades(how)
    const agent = rig.client({ times })
    hurry(agent)
    const created = agent.sessions.create({ title: 'Behind a proxy' })
    await by(agent, 'sse')
    const session = await created
    rig.simulator.next({ tokens: ['one ', 'two ', 'three ', 'four'], hold: 2 })
    const seen: SessionEvent[] = []
    const leaving = new AbortController()
    const reading = (async () => {
      for await (const event of session.events({ signal: leaving.signal })) seen.push(event)
    })()
    const answer = session.ask('count')
    const pieces = answer[Symbol.asyncIterator]()
    expect(await pieces.next()).toMatchObject({ done: false })

    rig.proxy.blockUpgrades(null)
    agent.connection.retryNow()
    await by(agent, 'websocket')
    rig.simulator.requests[0]?.release()
    expect(await answer.done).toMatchObject({ content: 'one two three four' })
    await session.feedback(answer, 'up')
    const { lastEventId } = await session.get()
    await expect.poll(() => seen.at(-1)?.id).toBe(lastEventId)
    leaving.abort()
    await reading
    const numbers = seen.map(({ seq }) => seq)
    expect(numbers).toEqual([...new Set(numbers)].toSorted((a, b) => a - b))
    expect(rig.simulator.requests).toHaveLength(1)
  },
)

test('C8: every verb does over HTTP what it does over WebSocket', async () => {
  await using rig = await openRig()
  rig.proxy.blockUpgrades('forbid')
  const agent = rig.client({ times })
  hurry(agent)
  const { sessionId } = await agent.sessions.create()
  await by(agent, 'sse')
  const session = agent.session(sessionId)
  expect((await agent.info()).simulated).toBe(false)
  await session.update({ title: 'Over HTTP' })
  expect((await agent.sessions.list({ search: 'http' })).items).toMatchObject([{ sessionId }])

  rig.simulator.next({ text: 'First.' }, { text: 'Second.' }, { tokens: ['Third', '.'], hold: 1 })
  const answer = session.ask('One?')
  expect(await answer.done).toMatchObject({ content: 'First.', finishReason: 'stop' })
  await session.feedback(answer, 'up', 'Good.')
  await session.regenerate()
  const stopped = session.ask('Two?')
  const pieces = stopped[Symbol.asyncIterator]()
  expect(await pieces.next()).toEqual({ done: false, value: 'Third' })
  const id = crypto.randomUUID()
  const waiting = await session.send('Three?', { id })
  expect(waiting.state).toBe('queued')
  expect(await session.edit(id, { content: 'Four?' })).toBe('ok')
  expect(await session.hold(id)).toBe('ok')
  expect(await session.withdraw(id)).toBe('withdrawn')
  expect(await session.stop()).toMatchObject({ outcome: 'cancelled' })
  expect(await stopped.done).toMatchObject({ content: 'Third', finishReason: 'cancelled' })

  const { messages } = await agent.sessions.history(sessionId)
  const said = messages.map(({ content }) => content)
  expect(said).toEqual(expect.arrayContaining(['One?', 'First.', 'Second.', 'Two?', 'Third']))
  const { content } = await agent.sessions.export(sessionId, 'markdown')
  expect(content).toContain('Over HTTP')
  expect(agent.connection.getSnapshot()).toEqual({ state: 'connected', transport: 'sse' })
  await agent.sessions.delete(sessionId)
  await expect(session.get()).rejects.toMatchObject({ reason: 'SESSION_NOT_FOUND' })
})

test('C7: a server that is away is no reason to leave WebSocket', async () => {
  await using rig = await openRig()
  rig.proxy.refuse(true)
  const agent = rig.client({ times })
  const list = agent.sessions.list()
  for (let attempt = 1; attempt <= 6; attempt++) {
    await when(
      agent.connection,
      (it) => it.state === 'offline' && it.attempt >= attempt && it.retryAt !== undefined,
    )
    agent.connection.retryNow()
  }
  rig.proxy.refuse(false)
  hurry(agent)
  expect(await list).toEqual({ items: [], nextCursor: null })
  expect(agent.connection.getSnapshot()).toEqual({ state: 'connected', transport: 'websocket' })
})

test('C8: over HTTP too, a message written while the server is away waits, and one whose reply was lost runs once', async () => {
  await using rig = await openRig()
  rig.proxy.blockUpgrades('forbid')
  const agent = rig.client({ times })
  hurry(agent)
  const session = await agent.sessions.create()
  const view = session.view()
  onTestFinished(view.subscribe(() => {}))
  await when(view, ({ phase }) => phase === 'live')
  rig.simulator.always({ text: 'once' })
  const lost = Promise.withResolvers<void>()
  rig.proxy.loseReply(/"messageId"/, () => lost.resolve())
  const sent = session.send('a question')
  await lost.promise
  await sent
  // Until its events have come too, the view shows it as on its way.
  await when(view, ({ items, running }) => running === null && items.length === 3)

  rig.proxy.refuse(true)
  rig.proxy.cutAll()
  await when(agent.connection, ({ state }) => state === 'offline')
  const late = session.send('anyone there?')
  const { outgoing } = await when(view, (it) => it.outgoing.length > 0)
  expect(outgoing).toMatchObject([{ content: 'anyone there?' }])
  rig.proxy.refuse(false)
  agent.connection.retryNow()
  await late
  await when(view, ({ items, running }) => running === null && items.length === 5)
  expect(agent.connection.getSnapshot()).toEqual({ state: 'connected', transport: 'sse' })
  const asked = rig.simulator.requests.map(({ body }) => body.messages.at(-1)?.content)
  expect(asked).toEqual(['a question', 'anyone there?'])
})

test('C8: over HTTP too, G2 holds, however often the connection is cut', async () => {
  await using rig = await openRig()
  rig.proxy.blockUpgrades('forbid')
  const agent = rig.client({ times })
  hurry(agent)
  const session = await agent.sessions.create()
  const tokens = Array.from({ length: 300 }, (_, place) => `word${place} `)
  rig.simulator.always({ tokens, pace: { firstTokenMs: 0, tokensPerSecond: 300 } })
  let at = 500
  rig.proxy.cutAfter(() => {
    at = ((at * 7919) % 9_000) + 600
    return at
  })
  rig.proxy.cutAll()
  const answers = ['one', 'two'].map((word) => session.ask(word))
  const texts = await Promise.all(
    answers.map(async (answer) => {
      let text = ''
      for await (const piece of answer) text += piece
      return text
    }),
  )
  const whole = tokens.join('')
  expect(texts).toEqual([whole, whole])
  expect(rig.proxy.connections).toBeGreaterThan(5)
})

test('C9: the token is in the header and never in the URL; when it is over, the stream goes on with a fresh one', async () => {
  let now = Date.now()
  await using rig = await openRig({ timings: { sweepMs: 20 }, now: () => now })
  rig.proxy.blockUpgrades('forbid')
  const asked: { url: string; authorization: string | null }[] = []
  const tokens: string[] = []
  const agent = rig.client({
    times,
    async token() {
      const token = await rig.newToken()
      tokens.push(token)
      return token
    },
    fetch: (input, init) => {
      const { authorization } = Object.fromEntries(new Headers(init?.headers))
      asked.push({ url: String(input), authorization: authorization ?? null })
      return fetch(input, init)
    },
  })
  hurry(agent)
  const session = await agent.sessions.create()
  const view = session.view()
  onTestFinished(view.subscribe(() => {}))
  await when(view, ({ phase }) => phase === 'live')
  const before = tokens.length
  // Its end, as the server sees it.
  now += 31 * 24 * 3_600_000
  const streams = () => asked.filter(({ url }) => url.includes('session.events')).length
  const streamsBefore = streams()
  await expect.poll(streams).toBeGreaterThan(streamsBefore)
  rig.simulator.always({ text: 'still here' })
  await session.send('hello')
  await when(view, ({ items }) => {
    const last = items.at(-1)
    return last?.kind === 'message' && last.message.content === 'still here'
  })
  expect(tokens.length).toBeGreaterThan(before)
  for (const { url, authorization } of asked) {
    for (const token of tokens) expect(url).not.toContain(token)
    expect(authorization).toMatch(/^Bearer /)
  }
})
