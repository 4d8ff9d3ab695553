import { expect, onTestFinished, test } from 'vitest'
import { browserStorage } from './browser-storage.ts'
import { AgentClientError } from './errors.ts'
import { Outbox, type OutboxOptions } from './outbox.ts'
import type { OutboxEntry, OutboxReply } from './outbox-entry.ts'
import { memoryStorage } from './outbox-storage.ts'
import { createManualClock } from './testing/manual-clock.ts'

const sessionId = 's1'
const uuid = (number: number) => `00000000-0000-4000-8000-${`${number}`.padStart(12, '0')}`
const query = (number: number, content = `message ${number}`) =>
  ({ sessionId, id: uuid(number), content, priority: 'normal' }) as const

interface Sent {
  entry: OutboxEntry
  answer(reply: OutboxReply): Promise<void>
  fail(error: AgentClientError): Promise<void>
}

/** An outbox before a server that the test plays. */
function setUp(options: Partial<OutboxOptions> = {}) {
  const clock = createManualClock()
  const closing = new AbortController()
  onTestFinished(() => closing.abort())
  const sent: Sent[] = []
  const state = { connected: true, renewed: 0 }
  const outbox = new Outbox({
    storage: memoryStorage(),
    deliver(entry) {
      const { promise, resolve, reject } = Promise.withResolvers<OutboxReply>()
      const settled = async () => {
        await promise.catch(() => {})
        // The outbox goes on in the promise jobs after its own await.
        await new Promise((done) => setImmediate(done))
      }
      sent.push({
        entry,
        answer(reply) {
          resolve(reply)
          return settled()
        },
        fail(error) {
          reject(error)
          return settled()
        },
      })
      return promise
    },
    connect: () => {},
    isConnected: () => state.connected,
    renewToken: () => state.renewed++,
    clock,
    random: () => 1,
    onError: (error) => {
      throw error
    },
    signal: closing.signal,
    ...options,
  })
  const last = () => {
    const found = sent.at(-1)
    if (!found) throw new Error('nothing was sent')
    return found
  }
  const reply = { messageId: 'm', seq: 1, state: 'queued', position: 0 } as const
  return { outbox, clock, sent, last, state, closing, reply }
}

const lost = () => new AgentClientError('CONNECTION_LOST', { retryable: true })

const draining = () => new AgentClientError('DRAINING', { retryable: true, retryAfterMs: 2_000 })

test('W10: what a server refused because it stops is sent again as another connection opens, and not before', async () => {
  const { outbox, clock, sent, last } = setUp()
  void outbox.add('query', query(1), uuid(1))
  await last().fail(draining())
  clock.advance(1_999)
  outbox.pumpAll()
  expect(sent).toHaveLength(1)
  outbox.reopened()
  outbox.pumpAll()
  expect(sent).toHaveLength(2)
})

test('W10: where that connection opened before the refusal came, it is not waited for', async () => {
  const { outbox, clock, sent, last } = setUp()
  void outbox.add('query', query(1), uuid(1))
  outbox.reopened()
  await last().fail(draining())
  clock.advance(250)
  expect(sent).toHaveLength(2)
})

test('W10: a limit is kept to over any number of connections', async () => {
  const { outbox, clock, sent, last } = setUp()
  void outbox.add('query', query(1), uuid(1))
  await last().fail(new AgentClientError('RATE_LIMITED', { retryable: true, retryAfterMs: 9_000 }))
  outbox.reopened()
  outbox.pumpAll()
  clock.advance(8_000)
  expect(sent).toHaveLength(1)
})

test('G5: a request whose reply was lost is sent again with the same id', async () => {
  const { outbox, clock, sent, last, reply } = setUp()
  const answered = outbox.add('query', query(1), uuid(1))
  await last().fail(lost())
  clock.advance(250)
  expect(sent.map(({ entry }) => entry.id)).toEqual([uuid(1), uuid(1)])
  expect(sent[1]?.entry).toEqual(sent[0]?.entry)
  await last().answer(reply)
  expect(await answered).toBe(reply)
})

test('the order within a session is kept, and a session does not wait for another', async () => {
  const { outbox, sent, last, reply } = setUp()
  void outbox.add('query', query(1), uuid(1))
  void outbox.add('query', query(2), uuid(2))
  void outbox.add('query', { ...query(3), sessionId: 's2' }, uuid(3))
  expect(sent.map(({ entry }) => entry.id)).toEqual([uuid(1), uuid(3)])
  await sent[0]?.answer(reply)
  expect(last().entry.id).toBe(uuid(2))
})

test('nothing is sent while offline; all of it when the connection is back', async () => {
  const { outbox, sent, state } = setUp()
  state.connected = false
  void outbox.add('query', query(1), uuid(1))
  expect(sent).toHaveLength(0)
  expect(outbox.outgoing(sessionId)[0]?.message.state).toBe('waiting-for-network')
  state.connected = true
  outbox.pumpAll()
  expect(sent).toHaveLength(1)
  expect(outbox.outgoing(sessionId)[0]?.message.state).toBe('sending')
})

test('what the server cannot take now waits as long as it says', async () => {
  const { outbox, clock, sent, last, reply } = setUp()
  const answered = outbox.add('query', query(1), uuid(1))
  await last().fail(new AgentClientError('QUEUE_FULL', { retryable: true, retryAfterMs: 5_000 }))
  expect(outbox.outgoing(sessionId)[0]?.message).toMatchObject({
    state: 'sending',
    reason: 'QUEUE_FULL',
    retryAt: clock.now() + 5_000,
  })
  clock.advance(4_999)
  expect(sent).toHaveLength(1)
  clock.advance(1)
  await last().answer(reply)
  await answered
})

test('a query that the queue has no room for does not hold up what makes room', async () => {
  const { outbox, sent, last } = setUp()
  void outbox.add('query', query(1), uuid(1))
  await last().fail(new AgentClientError('QUEUE_FULL', { retryable: true, retryAfterMs: 5_000 }))
  const command = { sessionId, id: uuid(2), name: 'cancel', args: { messageId: uuid(9) } }
  void outbox.add('command', command, uuid(2))
  expect(last().entry.id).toBe(uuid(2))
  // About a message that is still here: it waits its turn.
  const edit = { sessionId, id: uuid(3), name: 'edit', args: { messageId: uuid(1), content: 'x' } }
  void outbox.add('command', edit, uuid(3))
  expect(sent).toHaveLength(2)
})

test('what is refused for good rejects, and what someone wrote is kept until it is discarded', async () => {
  const { outbox, last, sent, reply } = setUp()
  const refused = outbox.add('query', query(1), uuid(1))
  const next = outbox.add('query', query(2), uuid(2))
  const fields = { content: 'too long' }
  await last().fail(new AgentClientError('INVALID_INPUT', { message: 'No.', fields }))
  await expect(refused).rejects.toMatchObject({ reason: 'INVALID_INPUT', fields })
  await last().answer(reply)
  await next
  expect(sent).toHaveLength(2)
  expect(outbox.outgoing(sessionId)[0]?.message).toEqual({
    id: uuid(1),
    content: 'message 1',
    state: 'refused',
    reason: 'INVALID_INPUT',
    message: 'No.',
  })
  expect(outbox.refused(uuid(1))).toMatchObject({ content: 'message 1' })
  expect(outbox.discard(uuid(1))).toBe(true)
  expect(outbox.refused(uuid(1))).toBeNull()
})

test('an expired token is renewed, and the request sent again', async () => {
  const { outbox, clock, sent, last, state } = setUp()
  void outbox.add('query', query(1), uuid(1))
  await last().fail(new AgentClientError('TOKEN_EXPIRED'))
  expect(state.renewed).toBe(1)
  clock.advance(1_000)
  expect(sent).toHaveLength(2)
})

test('a message may be taken back until it was sent', async () => {
  const { outbox, state } = setUp()
  state.connected = false
  const unsent = outbox.add('query', query(1), uuid(1))
  expect(outbox.discard(uuid(1))).toBe(true)
  await expect(unsent).rejects.toMatchObject({ reason: 'WITHDRAWN' })
  state.connected = true
  void outbox.add('query', query(2), uuid(2))
  expect(outbox.discard(uuid(2))).toBe(false)
})

test('a stop that could not be sent in time is given up: later it would stop something else', async () => {
  const storage = memoryStorage()
  const { outbox, clock, state, sent } = setUp({ storage })
  state.connected = false
  const stopped = outbox.add('command', { sessionId, id: uuid(1), name: 'cancel' }, uuid(1))
  expect(await storage.load()).toEqual([])
  clock.advance(15_000)
  await expect(stopped).rejects.toMatchObject({ reason: 'TIMED_OUT' })
  state.connected = true
  outbox.pumpAll()
  expect(sent).toHaveLength(0)
})

test('C6: a hold that could not be sent in time is given up: later it would hold for nobody', async () => {
  const storage = memoryStorage()
  const { outbox, clock, state } = setUp({ storage })
  state.connected = false
  const args = { messageId: uuid(9) }
  const held = outbox.add('command', { sessionId, id: uuid(1), name: 'hold', args }, uuid(1))
  expect(await storage.load()).toEqual([])
  clock.advance(15_000)
  await expect(held).rejects.toMatchObject({ reason: 'TIMED_OUT' })
})

test('C6: a message says when it is tried again, and can be changed until it was sent', async () => {
  const storage = memoryStorage()
  const { outbox, clock, last, state, reply } = setUp({ storage })
  state.connected = false
  const answered = outbox.add('query', query(1), uuid(1))
  expect(outbox.revise(uuid(1), { content: 'better', priority: 'high' })).toBe(true)
  expect(await storage.load()).toMatchObject([{ input: { content: 'better', priority: 'high' } }])
  state.connected = true
  outbox.pumpAll()
  expect(last().entry.input).toMatchObject({ content: 'better' })
  expect(outbox.revise(uuid(1), { content: 'too late' })).toBe(false)
  await last().fail(new AgentClientError('RATE_LIMITED', { retryable: true, retryAfterMs: 9_000 }))
  expect(outbox.outgoing(sessionId)[0]?.message).toMatchObject({
    reason: 'RATE_LIMITED',
    retryAt: clock.now() + 9_000,
  })
  expect(outbox.revise(uuid(1), { content: 'too late' })).toBe(false)
  clock.advance(9_000)
  await last().answer(reply)
  await answered
  expect(last().entry.input).toMatchObject({ content: 'better' })
})

/** `localStorage` in memory: what browsers have, and Node has not. */
class MemoryArea implements Storage {
  readonly #values = new Map<string, string>()
  get length() {
    return this.#values.size
  }
  clear() {
    this.#values.clear()
  }
  getItem(key: string) {
    return this.#values.get(key) ?? null
  }
  key(place: number) {
    return [...this.#values.keys()][place] ?? null
  }
  removeItem(key: string) {
    this.#values.delete(key)
  }
  setItem(key: string, value: string) {
    this.#values.set(key, value)
  }
}

test('entries of the page before are taken up in their order, by the same user only', async () => {
  const area = new MemoryArea()
  const storage = () => browserStorage({ user: 'ada', storage: area })
  const before = setUp({ storage: storage() })
  before.state.connected = false
  void before.outbox.add('query', query(1), uuid(1))
  void before.outbox.add('query', query(2), uuid(2))
  before.closing.abort()
  area.setItem(`agent-websocket:outbox:ada:${uuid(7)}`, '{"kind":"query"')
  area.setItem(`agent-websocket:outbox:ada:${uuid(8)}`, '{"kind":"launch","id":"x"}')

  const stranger = setUp({ storage: browserStorage({ user: 'bob', storage: area }) })
  await stranger.outbox.load()
  expect(stranger.sent).toEqual([])

  const after = setUp({ storage: storage() })
  await after.outbox.load()
  await after.last().answer(after.reply)
  await after.last().answer(after.reply)
  expect(after.sent.map(({ entry }) => entry.id)).toEqual([uuid(1), uuid(2)])
  expect(await storage().load()).toEqual([])
})

test('two tabs on one storage lose nothing: what one adds, the other leaves alone', async () => {
  const area = new MemoryArea()
  const storage = browserStorage({ user: 'ada', storage: area })
  const [one, two] = [setUp({ storage }), setUp({ storage })]
  one.state.connected = false
  two.state.connected = false
  void one.outbox.add('query', query(1), uuid(1))
  void two.outbox.add('query', query(2), uuid(2))
  expect((await storage.load()).map(({ id }) => id).toSorted()).toEqual([uuid(1), uuid(2)])
  two.state.connected = true
  two.outbox.pumpAll()
  await two.last().answer(two.reply)
  expect((await storage.load()).map(({ id }) => id)).toEqual([uuid(1)])
})

test('C2: a message that is too big for the server is refused, and ends no further connection', async () => {
  const { outbox, sent, last, state, clock, reply } = setUp()
  const big = outbox.add('query', query(1, 'x'.repeat(1000)), uuid(1))
  const other = outbox.add(
    'feedback',
    { sessionId, id: uuid(2), messageId: 'm', rating: 'up' },
    uuid(2),
  )
  expect(sent).toHaveLength(2)
  state.connected = false
  outbox.refuseBiggest()
  for (const { fail } of sent.slice()) await fail(lost())
  const fields = { content: 'is too long' }
  await expect(big).rejects.toMatchObject({ reason: 'INVALID_INPUT', fields })
  expect(outbox.outgoing(sessionId).map(({ message }) => message.state)).toEqual(['refused'])

  state.connected = true
  outbox.pumpAll()
  await clock.advance(1000)
  expect(sent.map(({ entry }) => entry.id)).toEqual([uuid(1), uuid(2), uuid(2)])
  await last().answer(reply)
  await expect(other).resolves.toEqual(reply)
})
