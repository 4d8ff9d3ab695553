/** What a page shows of the queue, and what one can do to it. */
import { expect, onTestFinished, test } from 'vitest'
import type { QueuedTurn, SessionHandle } from './index.ts'
import { openRig, type Rig } from './testing/rig.ts'
import { when } from './testing/when.ts'

/** A session whose first answer is held in the middle, so that all that is asked after it waits. */
async function openBusy(rig: Rig, questions: readonly string[]) {
  const agent = rig.client()
  const session = await agent.sessions.create()
  const view = session.view()
  onTestFinished(view.subscribe(() => {}))
  const held = { tokens: ['so ', 'far'], hold: 1 }
  rig.simulator.next(held)
  await session.send('first')
  await when(view, ({ running }) => running?.content === 'so ')
  const ids = new Map<string, string>()
  for (const question of questions) ids.set(question, (await session.send(question)).messageId)
  await when(view, ({ queue }) => queue.length === questions.length)
  const id = (question: string) => ids.get(question) ?? question
  return { session, view, id, agent }
}

const texts = ({ queue }: { queue: readonly QueuedTurn[] }) => queue.map(({ content }) => content)

/** Another client of the same user. */
async function otherView(rig: Rig, { sessionId }: SessionHandle) {
  const view = rig.client().session(sessionId).view()
  onTestFinished(view.subscribe(() => {}))
  await when(view, ({ phase }) => phase === 'live')
  return view
}

test('Q2: edit, withdraw, send next and arrange are seen at once, and by everyone', async () => {
  await using rig = await openRig()
  const { session, view, id } = await openBusy(rig, ['a', 'b', 'c', 'd'])
  const other = await otherView(rig, session)
  expect(await session.edit(id('b'), { content: 'b2' })).toBe('ok')
  expect(await session.withdraw(id('c'))).toBe('withdrawn')
  expect(await session.sendNext(id('d'))).toBe('ok')
  await when(other, (it) => texts(it).join() === 'd,a,b2')
  await when(view, (it) => texts(it).join() === 'd,a,b2')
  expect(await session.arrange(['b', 'd', 'a'].map(id))).toBe('ok')
  await when(other, (it) => texts(it).join() === 'b2,d,a')

  rig.simulator.requests.at(-1)?.release()
  const done = await when(other, ({ items, queue, running }) => {
    return queue.length === 0 && running === null && items.length > 7
  })
  const said = done.items.flatMap((item) =>
    item.kind === 'message' && item.message.role === 'user' ? [item.message.content] : [],
  )
  expect(said).toEqual(['first', 'b2', 'd', 'a'])
})

test('Q3: a held query is shown as held, by everyone, until it is released', async () => {
  await using rig = await openRig()
  const { session, id } = await openBusy(rig, ['a', 'b'])
  const other = await otherView(rig, session)
  expect(await session.hold(id('a'))).toBe('ok')
  await when(other, ({ queue }) => queue[0]?.held === true && !queue[1]?.held)
  expect(await session.release(id('a'))).toBe('ok')
  await when(other, ({ queue }) => queue[0]?.held === false)
})

test('who is too late is told, and changes nothing', async () => {
  await using rig = await openRig()
  const { session, view, id } = await openBusy(rig, ['a'])
  rig.simulator.requests.at(-1)?.release()
  await when(view, ({ queue, running }) => queue.length === 0 && running === null)
  expect(await session.edit(id('a'), { content: 'late' })).toBe('already-started')
  expect(await session.hold(id('a'))).toBe('already-started')
  expect(await session.sendNext(id('a'))).toBe('already-started')
  expect(await session.edit('nobody', { content: 'late' })).toBe('not-found')
  expect(await session.arrange([id('a')])).toBe('ok')
  expect(texts(view.getSnapshot())).toEqual([])
})

test('a new answer that waits is in the queue, can be sent ahead, and withdrawn', async () => {
  await using rig = await openRig()
  const { session, view } = await openBusy(rig, [])
  rig.simulator.requests.at(-1)?.release()
  const { items } = await when(view, ({ running }) => running === null)
  const first = items.find((item) => item.kind === 'message')?.key ?? ''
  rig.simulator.next({ tokens: ['so ', 'far'], hold: 1 })
  await session.send('second')
  await when(view, ({ running }) => running?.content === 'so ')
  await session.send('third')
  await session.command('regenerate', { messageId: first })
  await when(view, (it) => texts(it).join() === 'third,first')
  expect(view.getSnapshot().queue[1]).toMatchObject({ kind: 'regenerate', messageId: first })
  expect(view.getSnapshot().waiting).toHaveLength(1)
  expect(await session.sendNext(first)).toBe('ok')
  await when(view, (it) => texts(it).join() === 'first,third')
  expect(await session.withdraw(first)).toBe('withdrawn')
  await when(view, (it) => texts(it).join() === 'third')
})

test('C5: offline the queue shows what was asked for, and the server gets it when it is back', async () => {
  await using rig = await openRig()
  const { session, view, id, agent } = await openBusy(rig, ['a', 'b', 'c'])
  const cut = () => {
    rig.proxy.refuse(true)
    rig.proxy.cutAll()
  }
  cut()
  await when(agent.connection, ({ state }) => state === 'offline')
  const outcomes = [
    session.edit(id('a'), { content: 'a2' }),
    session.withdraw(id('b')),
    session.sendNext(id('c')),
  ]
  await when(view, (it) => texts(it).join() === 'c,a2')

  // A message that was never sent changes where it is.
  const unsent = crypto.randomUUID()
  const sent = session.send('d', { id: unsent })
  expect(await session.edit(unsent, { content: 'd2' })).toBe('ok')
  await when(view, ({ outgoing }) => outgoing[0]?.content === 'd2')
  rig.proxy.refuse(false)
  expect(await Promise.all(outcomes)).toEqual(['ok', 'withdrawn', 'ok'])
  await sent
  const other = await otherView(rig, session)
  await when(other, (it) => texts(it).join() === 'c,a2,d2')
})
