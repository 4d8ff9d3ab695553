/** Events over a connection that breaks, against the whole server. */
import { expect, test } from 'vitest'
import type { SessionEvent } from '../core/events.ts'
import { openRig } from './testing/rig.ts'
import { when } from './testing/when.ts'

/** Small, seeded: a failed run is repeated by its seed. */
function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

test('G2: nothing is lost and nothing comes twice, however often the connection is cut', async () => {
  const seed = Date.now() % 1_000_000
  const random = seeded(seed)
  await using rig = await openRig()
  const agent = rig.client()
  // Each cut comes before its connection is called stable. The test is about cuts, not about waiting.
  agent.connection.subscribe(agent.connection.retryNow)
  const session = await agent.sessions.create()
  const tokens = Array.from({ length: 600 }, (_, place) => `word${place} `)
  const whole = tokens.join('')
  rig.simulator.always({ tokens, pace: { firstTokenMs: 0, tokensPerSecond: 300 } })

  const leaving = new AbortController()
  const seen: SessionEvent[] = []
  const ended = Promise.withResolvers<void>()
  const reading = (async () => {
    let answers = 0
    for await (const event of session.events({ signal: leaving.signal })) {
      seen.push(event)
      if (event.type === 'response' && ++answers === 3) ended.resolve()
    }
  })()
  rig.proxy.cutAfter(() => 3_000 + Math.floor(random() * 15_000))
  rig.proxy.cutAll()
  const answers = ['one', 'two', 'three'].map((word) => session.ask(word))
  const texts = await Promise.all(
    answers.map(async (answer) => {
      let text = ''
      for await (const piece of answer) text += piece
      return text
    }),
  )
  await ended.promise
  leaving.abort()
  await reading

  const note = `seed ${seed}, ${rig.proxy.connections} connections`
  expect(texts, note).toEqual([whole, whole, whole])
  const numbers = seen.map(({ seq }) => seq)
  expect(numbers, note).toEqual([...new Set(numbers)].toSorted((a, b) => a - b))
  expect(rig.proxy.connections, note).toBeGreaterThan(5)
  // The text of each answer out of its deltas, each where it says that it stands.
  for (const end of seen) {
    if (end.type !== 'response') continue
    let text = ''
    for (const event of seen) {
      if (event.type !== 'delta' || event.messageId !== end.messageId) continue
      expect(event.offset, note).toBe(text.length)
      text += event.content
    }
    // A finished answer that was missed comes as its response alone.
    expect(end.content.startsWith(text), note).toBe(true)
    expect(end.content, note).toBe(whole)
  }
})

test('G5: a message whose reply was lost is sent again, and answered once', async () => {
  await using rig = await openRig()
  const agent = rig.client()
  const session = await agent.sessions.create()
  rig.simulator.always({ text: 'once' })
  rig.proxy.muteServer(true)
  const sent = session.send('a question')
  await rig.simulator.waitForRequest(1)
  rig.proxy.cutAll()
  rig.proxy.muteServer(false)
  const { state } = await sent
  expect(['running', 'done']).toContain(state)
  const view = session.view()
  await when(view, ({ items }) => {
    const last = items.at(-1)
    return last?.kind === 'message' && last.message.state === 'done' && last.message.role !== 'user'
  })
  const messages = view.getSnapshot().items.filter(({ kind }) => kind === 'message')
  expect(messages).toHaveLength(2)
  expect(rig.simulator.requests).toHaveLength(1)
})

test('a message written while the server is away is sent when it is back', async () => {
  await using rig = await openRig()
  const agent = rig.client()
  const session = await agent.sessions.create()
  const view = session.view()
  await when(view, ({ phase }) => phase === 'live')
  rig.simulator.next({ text: 'here' })
  rig.proxy.refuse(true)
  rig.proxy.cutAll()
  await when(agent.connection, ({ state }) => state === 'offline')
  const sent = session.send('anyone there?')
  const { outgoing } = await when(view, (it) => it.outgoing.length > 0)
  expect(outgoing).toMatchObject([{ content: 'anyone there?', state: 'waiting-for-network' }])
  rig.proxy.refuse(false)
  agent.connection.retryNow()
  await sent
  const { items } = await when(view, ({ running, items: all }) => {
    const last = all.at(-1)
    return running === null && last?.kind === 'message' && last.message.content === 'here'
  })
  expect(items.filter(({ kind }) => kind === 'message')).toHaveLength(2)
})

test('G12: an answer that a restart of the server cut is whole in the end, for who asked and who watched', async () => {
  await using rig = await openRig()
  const agent = rig.client()
  const session = await agent.sessions.create()
  const view = session.view()
  const leave = view.subscribe(() => {})
  rig.simulator.always({ tokens: ['one ', 'two ', 'three ', 'four'], hold: 2 })
  const answer = session.ask('count')
  const first = await answer[Symbol.asyncIterator]().next()
  expect(first).toMatchObject({ done: false })
  rig.simulator.always({ tokens: ['one ', 'two ', 'three ', 'four'] })
  await rig.restart()
  agent.connection.retryNow()
  expect(await answer.done).toMatchObject({ content: 'one two three four', finishReason: 'stop' })
  let text = ''
  for await (const piece of answer) text += piece
  expect(text).toBe('one two three four')
  const { items } = await when(view, ({ items: all, running }) => {
    const last = all.at(-1)
    return running === null && last?.kind === 'message' && last.message.state === 'done'
  })
  expect(items.at(-1)).toMatchObject({ message: { content: 'one two three four' } })
  leave()
})

test('G8: a cursor that cannot be honoured gets reset, then everything', async () => {
  await using rig = await openRig()
  const session = await rig.client().sessions.create()
  const types: string[] = []
  for await (const event of session.events({ lastEventId: 'nosuchepoch-7' })) {
    types.push(event.type)
    if (types.length === 2) break
  }
  expect(types).toEqual(['reset', 'notification'])
})

test('a session that is deleted ends its followers, with or without a connection at the time', async () => {
  await using rig = await openRig()
  const agent = rig.client()
  const away = await agent.sessions.create()
  const here = await agent.sessions.create()
  const views = [away.view(), here.view()]
  await Promise.all(views.map((view) => when(view, ({ phase }) => phase === 'live')))
  const leave = views.map((view) => view.subscribe(() => {}))
  const events = (async () => {
    for await (const event of here.events()) expect(event.sessionId).toBe(here.sessionId)
  })()
  await agent.sessions.delete(here.sessionId)
  await events
  await when(here.view(), ({ phase }) => phase === 'gone')

  rig.proxy.refuse(true)
  rig.proxy.cutAll()
  await when(agent.connection, ({ state }) => state === 'offline')
  const direct = rig.client({ url: rig.server.wsUrl })
  await direct.sessions.delete(away.sessionId)
  rig.proxy.refuse(false)
  agent.connection.retryNow()
  await when(away.view(), ({ phase }) => phase === 'gone')
  for (const one of leave) one()
})

test('G11: a session that is not there fails its view, and says so', async () => {
  await using rig = await openRig()
  const agent = rig.client()
  const { error } = await when(agent.session('nosuch').view(), ({ phase }) => phase === 'failed')
  expect(error?.reason).toBe('SESSION_NOT_FOUND')
  await expect(agent.sessions.get('nosuch')).rejects.toMatchObject({
    reason: 'SESSION_NOT_FOUND',
    retryable: false,
  })
})
