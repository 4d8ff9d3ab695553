/** Two agent servers on one Redis: whichever one asks, everyone sees the same, and one goes on where another ends. */
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { watchCpuWait } from './harness/cpu-wait.ts'
import { newGuest, openClient } from './harness/guest.ts'
import { askOverPlain, askOverTrpc, questions } from './harness/order-of-arrival.ts'
import { type Reader, readThroughClient } from './harness/readers.ts'
import type { ServerProcess } from './harness/server-process.ts'
import { openSharedServers, type SharedServers } from './harness/shared-servers.ts'

const atOnce = { firstTokenMs: 0, tokensPerSecond: 0 }
const tokens = ['One ', 'two ', 'three ', 'four ', 'five.']

let shared: SharedServers
let opened: AsyncDisposableStack
beforeEach(async () => {
  opened = new AsyncDisposableStack()
  shared = opened.use(await openSharedServers())
})
afterEach(() => opened.disposeAsync())

/** One user, as a client of each server, with a reader of one session at each. */
async function sides(a: ServerProcess, b: ServerProcess) {
  const { token } = await newGuest(a.url)
  const clients = [a, b].map(({ wsUrl }) =>
    opened.use(openClient({ url: wsUrl, token: () => token })),
  )
  const [first, second] = clients
  if (!first || !second) throw new Error('two clients')
  const here = await first.client.sessions.create()
  const there = second.client.session(here.sessionId)
  const readers = [here, there].map((session) => opened.use(readThroughClient(session)))
  const [atHere, atThere] = readers
  if (!atHere || !atThere) throw new Error('two readers')
  return { here, there, atHere, atThere }
}

const hasText = (reader: Reader, text: string) =>
  reader.log.until((event) => event.type === 'delta' && event.content.includes(text))

function expectSame(one: Reader, other: Reader): void {
  for (const { log } of [one, other]) {
    expect(log.disorder()).toEqual({ doubled: 0, outOfOrder: 0, resets: 0 })
    for (const ends of log.ends().values()) expect(ends).toHaveLength(1)
  }
  expect(one.log.items).toEqual(other.log.items)
}

describe('two servers', () => {
  test('G6, Q1: what is asked without waiting for replies stands as it was sent', async () => {
    const server = await shared.start()
    await shared.simulator.always({ hold: 0 })
    for (let round = 0; round < 5; round++) {
      expect(await askOverPlain(server)).toEqual(questions)
      expect(await askOverTrpc(server, round % 2 ? 'frames' : 'batch')).toEqual(questions)
    }
  })

  test('G1, G5, G6: what is asked here is read there, as it comes; what is asked there waits its turn', async () => {
    const [a, b] = [await shared.start(), await shared.start()]
    const { here, there, atHere, atThere } = await sides(a, b)
    await shared.simulator.always({ tokens, hold: 2, pace: atOnce })
    const [q1, q2] = [crypto.randomUUID(), crypto.randomUUID()]
    await here.send('First', { id: q1 })
    await Promise.all([hasText(atHere, 'One'), hasText(atThere, 'One')])
    const reply = await there.send('Second', { id: q2 })
    expect(reply).toMatchObject({ state: 'queued', position: 1 })
    // The same request over the other server is the same request.
    expect(await here.send('Second', { id: q2 })).toMatchObject({ seq: reply.seq })
    await shared.simulator.held(1)
    await shared.simulator.always({ tokens, pace: atOnce })
    await shared.simulator.releaseAll()
    for (const { log } of [atHere, atThere]) {
      for (const id of [q1, q2]) {
        expect(await log.end(id)).toMatchObject({ content: tokens.join(''), attempt: 1 })
      }
    }
    expect(await shared.simulator.requests()).toHaveLength(2)
    await atHere.log.reached(atThere.log.lastSeq)
    await atThere.log.reached(atHere.log.lastSeq)
    expectSame(atHere, atThere)
    expect((await there.get()).state).toBe('idle')
  })

  test('a query over the server that does not run the session begins soon after the turn before it', async () => {
    const [a, b] = [await shared.start(), await shared.start()]
    const { here, there, atThere } = await sides(a, b)
    await shared.simulator.always({ tokens, pace: atOnce })
    const began = performance.now()
    for (let round = 0; round < 10; round++) {
      const id = crypto.randomUUID()
      await (round % 2 === 0 ? here : there).send(`Round ${round}`, { id })
      await atThere.log.end(id)
    }
    // None of them waits for a lease to run out, which takes 10 s.
    expect(performance.now() - began).toBeLessThan(20_000)
  })

  test('a cancel over another server stops the answer, and closes the connection to the model', async () => {
    const [a, b] = [await shared.start(), await shared.start()]
    const { here, there, atHere, atThere } = await sides(a, b)
    await shared.simulator.always({ tokens, hold: 3, pace: atOnce })
    const id = crypto.randomUUID()
    await here.send('Count', { id })
    await hasText(atThere, 'One')
    await shared.simulator.held(1)
    const receipt = await there.stop()
    expect(receipt).toMatchObject({ outcome: 'cancelled', upstreamAborted: true })
    expect((await shared.simulator.finished(1)).state).toBe('aborted')
    for (const { log } of [atHere, atThere]) {
      expect(await log.end(id)).toMatchObject({ finishReason: 'cancelled' })
      const late = log.events.filter(
        ({ type, seq }) => type === 'delta' && seq > (receipt.lastSeq ?? 0),
      )
      expect(late).toEqual([])
    }
  })

  test('G7, T7: kill -9 in the middle of an answer: another server goes on within 15 s', async () => {
    const [a, b] = [await shared.start(), await shared.start()]
    const { here, atThere } = await sides(a, b)
    await shared.simulator.next({ tokens, hold: 2, pace: atOnce })
    await shared.simulator.always({ tokens, pace: atOnce })
    const id = crypto.randomUUID()
    await here.send('Count', { id })
    await hasText(atThere, 'One')
    await shared.simulator.held(1)
    using cpuWait = watchCpuWait([b.child.pid, shared.redis.pid])
    await a.kill()
    const killedAtMs = Date.now()
    const restarting = await atThere.log.until(
      (event) => event.type === 'status' && event.state === 'restarting',
    )
    // By the log: when this process heard of it is not the matter.
    const tookMs = Date.parse(restarting.timestamp) - killedAtMs
    process.stdout.write(`takeover: ${Math.round(tookMs)} ms\n`)
    // What a busy machine kept the processes waiting is not theirs.
    expect(tookMs - cpuWait.between(killedAtMs, Date.now())).toBeLessThan(15_000)
    expect(await atThere.log.end(id)).toMatchObject({ content: tokens.join(''), attempt: 2 })
  })

  test('S4, G6, T7: a server that was stopped for a while has lost what it ran, and writes nothing more into it', async () => {
    const [a, b] = [await shared.start(), await shared.start()]
    const { here, atHere, atThere } = await sides(a, b)
    await shared.simulator.next({ tokens, hold: 2, pace: atOnce })
    const other = ['Another ', 'answer.']
    await shared.simulator.always({ tokens: other, pace: atOnce })
    const id = crypto.randomUUID()
    await here.send('Count', { id })
    await hasText(atThere, 'One')
    await shared.simulator.held(1)
    a.child.signal('SIGSTOP')
    await shared.simulator.releaseAll()
    expect(await atThere.log.end(id)).toMatchObject({ content: other.join(''), attempt: 2 })
    a.child.signal('SIGCONT')
    // What came for it meanwhile it may not write; it hears of the end as everybody does.
    await atHere.log.end(id)
    const next = crypto.randomUUID()
    await here.send('And now?', { id: next })
    await Promise.all([atHere.log.end(next), atThere.log.end(next)])
    await atHere.log.reached(atThere.log.lastSeq)
    expectSame(atHere, atThere)
    const late = atThere.log.events.filter(
      (event) => event.type === 'delta' && event.attempt === 1 && event.content.includes('three'),
    )
    expect(late).toEqual([])
    expect(await shared.simulator.requests()).toHaveLength(3)
  })

  test('L3, L11: the limit of connections holds over both, and kill -9 of one frees its share within 30 s', async () => {
    const env = { MAX_CONNECTIONS_PER_USER: '3' }
    const [a, b] = [await shared.start(env), await shared.start(env)]
    const { token } = await newGuest(a.url)
    const ofDead = await Promise.all([connect(a, token), connect(a, token)])
    const here = [await connect(b, token)]
    for (const server of [a, b]) await expect(connect(server, token)).rejects.toThrow('4429')
    expect(ofDead.map(({ readyState }) => readyState)).toEqual([WebSocket.OPEN, WebSocket.OPEN])
    await a.kill()
    const killedAt = performance.now()
    // It is tried again and again, as a page does it: the server that is dead cannot tell. Without a rest
    // the address would be one that goes on against its limits, and be shut out for a while (L12).
    let refused = 0
    while (here.length < 2) {
      const entered = await connect(b, token).catch((cause: Error) => cause)
      if (entered instanceof WebSocket) here.push(entered)
      else {
        expect(entered.message).toContain('4429')
        refused++
        await sleep(500)
      }
      expect(performance.now() - killedAt).toBeLessThan(30_000)
    }
    // Its share was kept for a while: it was freed, and not just never counted.
    expect(refused).toBeGreaterThan(0)
    process.stdout.write(`freed: ${Math.round(performance.now() - killedAt)} ms\n`)
    here.push(await connect(b, token))
    await expect(connect(b, token)).rejects.toThrow('4429')
    // Nobody had to go for it, and the limit holds as before.
    expect(here.map(({ readyState }) => readyState)).toEqual(Array(3).fill(WebSocket.OPEN))
  })

  test('L1, L11: the rate of queries holds over both', async () => {
    const env = { QUERIES_PER_MINUTE: '4' }
    const [a, b] = [await shared.start(env), await shared.start(env)]
    const { here, there } = await sides(a, b)
    await shared.simulator.always({ tokens, pace: atOnce })
    for (const session of [here, there, here, there]) await session.send('Again')
    const trpc = (await secondSocket(b, await newGuest(b.url))).client
    const other = await trpc.sessions.create()
    await other.send('Of somebody else')
    const answers = await Promise.all(
      [here, there].map((session) =>
        Promise.race([
          session.send('Too much').then(() => 'sent'),
          session.get().then(() => session.get().then(() => 'waits')),
        ]),
      ),
    )
    expect(answers).toEqual(['waits', 'waits'])
  })

  test('U8: tokens that were revoked over one server are void at the other at once', async () => {
    const service = { SERVICE_TOKENS: 'x'.repeat(32) }
    const [a, b] = [await shared.start(service), await shared.start(service)]
    const { token, userId } = await newGuest(a.url)
    const socket = await connect(b, token)
    const closed = new Promise<number>((resolve) => socket.once('close', resolve))
    const { signOperatorToken } = await import('../src/server/auth/operator-token.ts')
    const secret = 'of all servers of this test '.repeat(2)
    const response = await fetch(`${a.url}/trpc/auth.revoke`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await signOperatorToken(secret, Date.now())}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ userId }),
    })
    expect(response.status).toBe(200)
    expect(await closed).toBe(4401)
  })
})

async function secondSocket(server: ServerProcess, { token }: { token: string }) {
  return opened.use(openClient({ url: server.wsUrl, token: () => token }))
}

/** A socket that is somebody: rejects with its close code. */
function connect({ wsUrl }: ServerProcess, token: string): Promise<WebSocket> {
  const socket = new WebSocket(`${wsUrl}?connectionParams=1`)
  opened.defer(() => socket.terminate())
  return new Promise((resolve, reject) => {
    socket.on('error', reject)
    socket.on('close', (code) => reject(new Error(`closed with ${code}`)))
    socket.on('open', () => {
      socket.send(JSON.stringify({ method: 'connectionParams', data: { token } }))
      const params = { path: 'session.list', input: {} }
      socket.send(JSON.stringify({ id: 1, method: 'query', params }))
    })
    socket.on('message', (bytes) => {
      if (bytes.toString().includes('"result"')) resolve(socket)
    })
  })
}
