/**
 * What is fuzzed: the real server as a process, the simulator behind it, and in it two users with a session
 * each. It is looked at from outside: does it live, does it answer, what does it hold, what did it log.
 */
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { heldBytes, heldBytesArgs } from '../integration/harness/memory.ts'
import { type ServerProcess, startServer } from '../integration/harness/server-process.ts'
import { startSimulator } from '../integration/harness/simulator-process.ts'
import { openTempFolder } from '../integration/harness/temp-folder.ts'
import {
  newGuest,
  newSession,
  openPeer,
  type SocketPeer,
} from '../src/server/testing/socket-peer.ts'

/** Nothing that is right waits so long: what does hangs. */
const patienceMs = 20_000
const serviceToken = 'a-service-token-for-the-fuzzer-alone'
/** Whatever is thrown at it (O5). */
const mostMetricLines = 1_500

export interface Target extends AsyncDisposable {
  readonly server: ServerProcess
  /** Puts what this server has in the place of `$session` and the like. */
  filled(text: string): string
  /** A valid call on a healthy connection, a valid request, a whole turn. Rejects where one has no answer. */
  probe(): Promise<void>
  /** Where the next stranger comes from. */
  newAddress(): string
  /** Rejects where `/metrics` has grown beyond all bounds, or says what is nobody's business. */
  lookAtMetrics(): Promise<void>
  /** Bytes of heap and buffers after a collection. */
  memory(): Promise<number>
  /** Lines of the log that say that something broke. */
  complaints(): string[]
}

/** Resolves with what `work` does, or rejects: it hangs. */
export async function inTime<T>(what: string, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`${what}: no answer in ${patienceMs} ms`)),
      patienceMs,
    )
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

export async function openTarget(): Promise<Target> {
  await using opened = new AsyncDisposableStack()
  const folder = opened.use(await openTempFolder())
  const simulator = opened.use(await startSimulator())
  await simulator.always({ text: 'Yes.', pace: { firstTokenMs: 0, tokensPerSecond: 0 } })
  const server = opened.use(
    await startServer({
      dataDir: folder.path,
      env: {
        OPENROUTER_BASE_URL: simulator.url,
        LOG_LEVEL: 'trace',
        SERVICE_TOKENS: serviceToken,
        TRUST_PROXY: '127.0.0.1',
      },
      nodeArgs: heldBytesArgs,
    }),
  )
  const [guest, other] = [await newGuest(server.url), await newGuest(server.url)]
  const peer = opened.use(await openPeer(server.wsUrl, { token: guest.token }))
  const stranger = opened.use(await openPeer(server.wsUrl, { token: other.token }))
  const mine = await sessionWithAnswer(peer)
  const foreign = await sessionWithAnswer(stranger)
  // No name of the fuzzer's leads to it: what is played may well delete a session of its user's.
  const probed = await sessionWithAnswer(peer)
  const places: Record<string, string> = {
    $session: mine.sessionId,
    $foreign: foreign.sessionId,
    $query: mine.queryId,
    $answer: mine.answerId,
    $event: mine.eventId,
    $nowhere: 'no-such-thing',
    $token: guest.token,
    $identity: guest.identity,
    $service: serviceToken,
    $user: guest.userId,
  }
  const place = new RegExp(
    Object.keys(places)
      .map((name) => `\\${name}`)
      .join('|'),
    'g',
  )
  let collections = 0
  let strangers = 0

  const rest = opened.move()
  return {
    server,
    filled: (text) => text.replace(place, (name) => places[name] ?? ''),
    async probe() {
      peer.frames.length = 0
      const [listed, answered] = await Promise.all([
        inTime('a valid call', peer.call('query', 'session.get', { sessionId: probed.sessionId })),
        inTime('/readyz', fetch(`${server.url}/readyz`)),
      ])
      if (listed.error || !answered.ok) throw new Error('a valid call was refused')
      const turn = await inTime('a whole turn', sessionWithAnswer(peer))
      await peer.call('mutation', 'session.delete', { sessionId: turn.sessionId })
    },
    newAddress() {
      strangers++
      return `198.18.${(strangers >> 8) & 255}.${strangers & 255}`
    },
    async lookAtMetrics() {
      const answer = await inTime('/metrics', fetch(`${server.url}/metrics`))
      const text = await answer.text()
      const said = Object.entries(places).find(([, value]) => text.includes(value))
      if (!answer.ok || said) throw new Error(`/metrics: ${answer.status}, says ${said?.[0]}`)
      const lines = text.split('\n').length
      if (lines > mostMetricLines) throw new Error(`/metrics has ${lines} lines`)
    },
    async memory() {
      return inTime('a collection', heldBytes(server.child, ++collections))
    },
    complaints: () =>
      server.child.stderr.split('\n').filter((line) => !/^$|"level":"(?:info|warn)"/.test(line)),
    [Symbol.asyncDispose]: () => rest.disposeAsync(),
  }
}

const ended = z.object({
  data: z.object({ id: z.string(), type: z.enum(['response', 'error']), messageId: z.string() }),
})

interface Asked {
  sessionId: string
  queryId: string
  answerId: string
  eventId: string
}

/** A new session with a question that was answered. */
async function sessionWithAnswer(peer: SocketPeer): Promise<Asked> {
  const sessionId = await newSession(peer)
  const subscription = peer.subscribe('session.events', { sessionId })
  const queryId = randomUUID()
  const asked = await peer.call('mutation', 'agent.query', {
    sessionId,
    id: queryId,
    content: 'Hello',
  })
  if (asked.error) throw new Error(`a valid question was refused: ${JSON.stringify(asked.error)}`)
  const frame = await peer.until(
    ({ id, result }) => id === subscription && ended.safeParse(result?.data).success,
  )
  const { data } = ended.parse(frame.result?.data)
  if (data.type === 'error') throw new Error(`a turn failed: ${JSON.stringify(data)}`)
  peer.send({ id: subscription, method: 'subscription.stop' })
  await peer.until(({ id, result }) => id === subscription && result?.type === 'stopped')
  return { sessionId, queryId, answerId: data.messageId, eventId: data.id }
}
