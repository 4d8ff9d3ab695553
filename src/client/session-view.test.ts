/** What a page sees of a session. */
import { createTRPCClient, type OperationResultObserver, type TRPCLink } from '@trpc/client'
import { observable } from '@trpc/server/observable'
import { expect, onTestFinished, test } from 'vitest'
import { type EventBody, numbered, type SessionEvent } from '../core/events.ts'
import type { AppRouter } from '../server/trpc/router.ts'
import { Outbox } from './outbox.ts'
import { memoryStorage } from './outbox-storage.ts'
import type { SessionSnapshot } from './session-snapshot.ts'
import { LiveSessionView } from './session-view.ts'
import { createManualClock } from './testing/manual-clock.ts'
import { createManualFrames } from './testing/manual-frames.ts'
import { openRig } from './testing/rig.ts'
import { when } from './testing/when.ts'

const words = ({ items }: Pick<SessionSnapshot, 'items'>) =>
  items.flatMap((item) => (item.kind === 'message' ? [item.message.content] : []))

test('however many events come, subscribers are called once a frame', async () => {
  await using rig = await openRig()
  const frames = createManualFrames()
  const agent = rig.client({ schedule: frames.schedule })
  const session = await agent.sessions.create()
  const view = session.view()
  let calls = 0
  const leave = view.subscribe(() => calls++)
  const ended = new Promise<void>((resolve) => {
    agent.onSessionChange((event) => {
      if (event.type === 'response') resolve()
    })
  })
  rig.simulator.next({ tokens: Array.from({ length: 300 }, () => 'x ') })
  await session.send('go')
  await ended
  expect(calls).toBe(0)
  expect(view.getSnapshot().phase).toBe('loading')
  frames.paint()
  expect(calls).toBe(1)
  expect(words(view.getSnapshot())).toEqual(['go', 'x '.repeat(300)])
  const painted = view.getSnapshot()
  expect(frames.wanted).toBe(false)
  expect(view.getSnapshot()).toBe(painted)
  leave()
})

test('all who watch a session share one view and one subscription', async () => {
  await using rig = await openRig()
  const agent = rig.client()
  const session = await agent.sessions.create()
  const { sessionId } = session
  const subscriptions = async () => {
    const metrics = await (await fetch(`${rig.server.url}/metrics`)).text()
    return Number(/active_subscriptions (\d+)\n/.exec(metrics)?.[1])
  }
  const [one, two] = [agent.session(sessionId).view(), agent.session(sessionId).view()]
  expect(one).toBe(two)
  const leaving = [one, two].map((view) => view.subscribe(() => {}))
  await Promise.all([one, two].map((view) => when(view, ({ phase }) => phase === 'live')))
  // What is there already may be shown before the server has begun to tell of more.
  await expect.poll(subscriptions).toBeGreaterThan(0)
  // Sent after it: a second one would be there by the time that this is answered.
  await session.get()
  expect(await subscriptions()).toBe(1)
  for (const leave of leaving) leave()
})

test('a message is shown from the moment it is sent, in one place at a time', async () => {
  await using rig = await openRig()
  // Each change is painted, so that no state is skipped.
  const agent = rig.client({
    schedule(run) {
      const soon = setImmediate(run)
      return () => clearImmediate(soon)
    },
  })
  const session = await agent.sessions.create()
  const view = session.view()
  const places: number[] = []
  const look = () => {
    const { items, waiting, outgoing } = view.getSnapshot()
    const inItems = items.some((it) => it.kind === 'message' && it.message.content === 'hello')
    const all = [...waiting, ...outgoing].filter(({ content }) => content === 'hello').length
    places.push(all + (inItems ? 1 : 0))
  }
  const leave = view.subscribe(look)
  await when(view, ({ phase }) => phase === 'live')
  rig.simulator.next({ text: 'hi' })
  const sent = session.send('hello')
  await when(view, ({ outgoing }) => outgoing.length === 1)
  await sent
  await when(view, (it) => words(it).includes('hi'))
  const first = places.indexOf(1)
  expect(first).toBeGreaterThanOrEqual(0)
  expect(new Set(places.slice(first))).toEqual(new Set([1]))
  leave()
})

test('earlier messages come page by page, and what is there stays the same objects', async () => {
  await using rig = await openRig()
  const agent = rig.client()
  const session = await agent.sessions.create()
  rig.simulator.always({ text: 'ok' })
  for (let number = 1; number <= 30; number++) await session.ask(`q${number}`).done
  const view = session.view()
  const leave = view.subscribe(() => {})
  const before = await when(view, ({ phase }) => phase === 'live')
  expect(before.hasEarlier).toBe(true)
  expect(words(before)).toHaveLength(50)
  await view.loadEarlier()
  const after = await when(view, ({ hasEarlier }) => !hasEarlier)
  expect(words(after)).toEqual(
    Array.from({ length: 30 }, (_, place) => [`q${place + 1}`, 'ok']).flat(),
  )
  expect(after.items.slice(-50)).toEqual(before.items.slice(-50))
  expect(after.items.at(-1)).toBe(before.items.at(-1))
  leave()
})

test('notifications of the history are no news', async () => {
  await using rig = await openRig()
  const agent = rig.client()
  const session = await agent.sessions.create()
  const heard: string[] = []
  agent.onNotification(({ content }) => heard.push(content))
  const { items } = await when(session.view(), ({ phase }) => phase === 'live')
  expect(items).toMatchObject([{ kind: 'notice', notice: { type: 'notification' } }])
  expect(heard).toEqual([])
})

/** A view whose server the test plays, event by event: for what a real one does rarely. */
function scriptedView() {
  const closing = new AbortController()
  onTestFinished(() => closing.abort())
  const clock = createManualClock()
  const frames = createManualFrames()
  const heard: SessionEvent[] = []
  const follows: { input: unknown; emit(event: SessionEvent): void; left: boolean }[] = []
  const histories: OperationResultObserver<AppRouter, unknown>[] = []
  const link: TRPCLink<AppRouter> =
    () =>
    ({ op }) =>
      observable((observer) => {
        if (op.path === 'session.history') histories.push(observer)
        if (op.path !== 'session.events') return
        const emit = (event: SessionEvent) =>
          observer.next({
            result: { type: 'data', id: event.id, data: { id: event.id, data: event } },
          })
        const follow = { input: op.input, emit, left: false }
        follows.push(follow)
        return () => {
          follow.left = true
        }
      })
  const trpc = createTRPCClient<AppRouter>({ links: [link] })
  const base = { clock, random: () => 0, signal: closing.signal }
  const outbox = new Outbox({
    ...base,
    storage: memoryStorage(),
    deliver: () => Promise.reject(new Error('nothing is sent here')),
    connect: () => {},
    isConnected: () => true,
    renewToken: () => {},
    onError: () => {},
  })
  const view = new LiveSessionView({
    context: { ...base, trpc, renewToken: () => {} },
    sessionId: 's',
    outbox,
    schedule: frames.schedule,
    onEvent: (event) => heard.push(event),
    onActive: () => {},
  })
  const answerHistory = async (lastEventId: string) => {
    const page = { messages: [], notices: [], hasMore: false, lastEventId }
    histories.shift()?.next({ result: { type: 'data', data: page } })
    await new Promise((resolve) => setImmediate(resolve))
  }
  return { view, clock, frames, follows, answerHistory, heard }
}

const event = (epoch: string, seq: number, body: EventBody) =>
  numbered(body, { sessionId: 's', epoch, seq })
const said = (messageId: string, content: string): EventBody => ({
  type: 'query',
  messageId,
  content,
  priority: 'normal',
  state: 'queued',
  timestamp: '2026-01-01T00:00:00.000Z',
})

test('G8: after a reset what was there is forgotten, and numbers begin anew', async () => {
  const { view, frames, follows, answerHistory } = scriptedView()
  view.subscribe(() => {})
  await answerHistory('a-0')
  const { emit } = follows[0] ?? { emit: () => {} }
  for (const seq of [1, 2, 3]) emit(event('a', seq, said(`m${seq}`, `old ${seq}`)))
  frames.paint()
  expect(view.getSnapshot().waiting.map(({ content }) => content)).toEqual([
    'old 1',
    'old 2',
    'old 3',
  ])
  emit({
    id: 'b-0',
    seq: 0,
    sessionId: 's',
    type: 'reset',
    reason: 'new-epoch',
    content: '',
    timestamp: '2026-01-01T00:00:01.000Z',
  })
  emit(event('b', 1, said('m9', 'new 1')))
  frames.paint()
  expect(view.getSnapshot().waiting.map(({ content }) => content)).toEqual(['new 1'])
})

test('G2: an event that comes again is dropped by its number', async () => {
  const { view, frames, follows, answerHistory, heard } = scriptedView()
  view.subscribe(() => {})
  await answerHistory('a-0')
  const twice = event('a', 1, said('m1', 'once'))
  follows[0]?.emit(twice)
  follows[0]?.emit({ ...twice, content: 'twice' })
  frames.paint()
  expect(view.getSnapshot().waiting.map(({ content }) => content)).toEqual(['once'])
  expect(heard).toEqual([twice])
})

test('a view lingers after its last subscriber, then stops, and goes on from where it was', async () => {
  const { view, clock, frames, follows, answerHistory } = scriptedView()
  // Strict Mode: in, out and in again.
  view.subscribe(() => {})()
  const leave = view.subscribe(() => {})
  await answerHistory('a-0')
  follows[0]?.emit(event('a', 1, said('m1', 'kept')))
  expect(follows).toHaveLength(1)
  leave()
  clock.advance(4_999)
  expect(follows[0]?.left).toBe(false)
  clock.advance(1)
  expect(follows[0]?.left).toBe(true)
  view.subscribe(() => {})
  expect(follows[1]?.input).toEqual({ sessionId: 's', lastEventId: 'a-1' })
  frames.paint()
  expect(view.getSnapshot()).toMatchObject({ phase: 'live', waiting: [{ content: 'kept' }] })
})
