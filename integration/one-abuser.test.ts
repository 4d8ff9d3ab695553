/**
 * One user who does a hundred times what he may, all kinds at once (`bench/abuse`): it is refused, at last without an
 * answer, and others get all of theirs. How long theirs take is measured by `npm run bench -- --scenario abuse`.
 */
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { AbuserVerbs } from '../bench/abuse/abuser.ts'
import { Processes } from '../bench/processes.ts'
import { remote } from '../bench/rpc.ts'
import { root } from './harness/child.ts'
import type { RawSocket } from './harness/raw-socket.ts'
import { startSimulator } from './harness/simulator-process.ts'
import { type StrictServer, startStrictServer } from './harness/strict-server.ts'

/** Refusals of each kind that have to be seen: the abuse goes on until then. */
const enough = 200

async function startAbuser(
  strict: StrictServer,
  from: { localAddress: string; forwardedFor: string | null },
) {
  const { token, address } = await strict.newGuest()
  const sessionId = await newSession(await strict.open({ token, address }))
  const child = new Processes().start(join(root, 'bench/abuse/abuser.ts'))
  const abuser = remote<AbuserVerbs>(child.process, 'the abuser')
  await abuser.begin({ port: strict.server.port, token, sessionId, ...from })
  return { tally: () => abuser.tally(), [Symbol.asyncDispose]: () => child.end() }
}

let number = 1000

async function callOn(socket: RawSocket, path: string, input: object, method = 'query') {
  const id = ++number
  socket.send({ id, method, params: { path, input } })
  const answer = await socket.until((text) => text.startsWith(`{"id":${id},`))
  socket.texts.length = 0
  return answer
}

async function newSession(socket: RawSocket): Promise<string> {
  const answer = await callOn(socket, 'session.create', {}, 'mutation')
  return /"sessionId":"([^"]+)"/.exec(answer)?.[1] ?? ''
}

/** Calls of one who keeps within the limits, until the abuser has had enough of `refusal`; what was not a result. */
async function unanswered(
  strict: StrictServer,
  wanted: { tally(): Promise<Record<string, number>>; refusals: readonly string[] },
): Promise<string[]> {
  await using socket = await strict.open()
  const sessionId = await newSession(socket)
  const failures: string[] = []
  for (let call = 0; ; call++) {
    const answer = await (call % 3 === 0
      ? callOn(socket, 'session.update', { sessionId, title: `Title ${call}` }, 'mutation')
      : callOn(socket, 'session.history', { sessionId }))
    if (!answer.includes('"result"')) failures.push(answer)
    // A newcomer is let in too.
    await using newcomer = await strict.open()
    expect((await newcomer.answered).status).toBe(101)
    const tally = await wanted.tally()
    if (wanted.refusals.every((kind) => (tally[kind] ?? 0) >= enough)) return failures
    // Within his own rate: 50 a second.
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}

test('L10, L12: a peer at a hundred times the limits is refused, then not answered; others get their answers', async () => {
  await using simulator = await startSimulator()
  await using strict = await startStrictServer({ OPENROUTER_BASE_URL: simulator.url })
  const localAddress = '127.0.0.66'
  {
    await using abuser = await startAbuser(strict, { localAddress, forwardedFor: null })
    const { tally } = abuser
    expect(await unanswered(strict, { tally, refusals: ['cut off'] })).toEqual([])
    const kinds = Object.keys(await tally())
    for (const kind of ['told TOO_MANY_REQUESTS', 'closed 4429']) expect(kinds).toContain(kind)
  }
  expect(strict.growthBytes()).toBeLessThan(100 * 1024 * 1024)
})

test('L10, L12: behind a proxy it is told to come back later, and the proxy’s other visitors are served', async () => {
  await using simulator = await startSimulator()
  await using strict = await startStrictServer({ OPENROUTER_BASE_URL: simulator.url })
  const from = { localAddress: '127.0.0.1', forwardedFor: strict.newAddress() }
  {
    await using abuser = await startAbuser(strict, from)
    const { tally } = abuser
    const refusals = ['request 429', 'upgrade 429']
    expect(await unanswered(strict, { tally, refusals })).toEqual([])
  }
  expect(strict.growthBytes()).toBeLessThan(100 * 1024 * 1024)
})
