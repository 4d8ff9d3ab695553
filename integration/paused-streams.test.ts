/**
 * The same as `paused-readers.test.ts`, over HTTP: streams of server-sent events whose readers stop reading, what
 * they cost the server, and what they get when they read again.
 */
import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { expect, test } from 'vitest'
import { type Guest, newGuest, openClient } from './harness/guest.ts'
import { heldBytes, heldBytesArgs } from './harness/memory.ts'
import { readThroughClient } from './harness/readers.ts'
import { startServer } from './harness/server-process.ts'
import { type SimulatorProcess, startSimulator } from './harness/simulator-process.ts'
import { openTempFolder } from './harness/temp-folder.ts'

const sessions = 3
const pausedStreams = 9
/** What one of them misses, some 25 MB, is more than the system's own buffers hold. */
const answersEach = 80
const answer = Array.from({ length: 80 }, (_, index) => `${index} `.padEnd(4_000, 'flood '))
const text = answer.join('')
const mostBytes = 32 * 1024 * 1024

test('G10: streams over HTTP that nobody reads cost less than 32 MB, and get merged deltas and every answer when they are read again', async () => {
  await using simulator = await startSimulator()
  await simulator.always({ tokens: answer, pace: { firstTokenMs: 0, tokensPerSecond: 0 } })
  const without = await flood(simulator, 0)
  const beside = await flood(simulator, pausedStreams)
  process.stdout.write(`paused streams: ${JSON.stringify({ without, beside })}\n`)
  expect(beside - without).toBeLessThan(mostBytes)
})

/** Runs the flood on a new server; returns what the server held while the streams stood still, in bytes. */
async function flood(simulator: SimulatorProcess, paused: number): Promise<number> {
  await using folder = await openTempFolder()
  const env = { OPENROUTER_BASE_URL: simulator.url, MAX_HISTORY: '1' }
  await using server = await startServer({ dataDir: folder.path, env, nodeArgs: heldBytesArgs })
  const guest = await newGuest(server.url)
  await using reading = openClient({ url: server.wsUrl, token: () => guest.token })
  const talks = await Promise.all(
    Array.from({ length: sessions }, () => reading.client.sessions.create()),
  )
  using opened = new DisposableStack()
  const silent: SilentStream[] = []
  for (let index = 0; index < paused; index++) {
    const { sessionId } = talks[index % sessions] ?? {}
    if (!sessionId) throw new Error('no session')
    silent.push(opened.use(await openSilentStream(server.url, guest, sessionId)))
  }
  const last = await Promise.all(
    talks.map(async (session) => {
      using reader = readThroughClient(session)
      for (let count = 0; count < answersEach; count++) {
        const id = crypto.randomUUID()
        await session.send('Flood', { id })
        const { content } = await reader.log.end(id)
        if (content !== text) throw new Error('an answer is not what the simulator sent')
      }
      const { lastEventId } = await session.get()
      return [session.sessionId, Number(lastEventId.split('-').at(-1))] as const
    }),
  )
  const held = await heldBytes(server.child, 1)
  const ends = new Map(last)
  const read = silent.map((stream) => stream.readUpTo(ends.get(stream.sessionId) ?? 0))
  for (const { answers, deltas, isRising } of await Promise.all(read)) {
    expect({ answers, isRising }).toEqual({ answers: answersEach, isRising: true })
    // What stood still got finished answers as one event, not their pieces.
    expect(deltas).toBeLessThan(answersEach)
  }
  return held
}

interface SilentStream extends Disposable {
  readonly sessionId: string
  /** Reads again, up to this number. Counts whole answers and deltas, and says whether the numbers rose. */
  readUpTo(last: number): Promise<{ answers: number; deltas: number; isRising: boolean }>
}

/** Follows the session from its first event, and stops reading at once. */
async function openSilentStream(
  url: string,
  { token }: Guest,
  sessionId: string,
): Promise<SilentStream> {
  const input = encodeURIComponent(JSON.stringify({ sessionId }))
  const request = get(`${url}/trpc/session.events?input=${input}`, {
    headers: { authorization: `Bearer ${token}` },
    agent: false,
  })
  const [stream] = (await once(request, 'response')) as [IncomingMessage]
  expect(stream.statusCode).toBe(200)
  stream.setEncoding('utf8')
  // It is there: its head came, and the server follows for it.
  await once(stream, 'readable')
  const whole = JSON.stringify(text)
  return {
    sessionId,
    readUpTo(last) {
      return new Promise((resolve, reject) => {
        let left = ''
        let seq = 0
        let answers = 0
        let deltas = 0
        let isRising = true
        const take = (frame: string) => {
          const number = Number(/^id: [0-9a-z]+-(\d+)$/m.exec(frame)?.[1] ?? 0)
          if (number === 0) return
          if (number <= seq) isRising = false
          seq = number
          if (frame.includes('"type":"delta"')) deltas++
          if (frame.includes('"type":"response"') && frame.includes(whole)) answers++
          if (seq >= last) resolve({ answers, deltas, isRising })
        }
        stream.on('data', (piece: string) => {
          const frames = `${left}${piece}`.split('\n\n')
          left = frames.pop() ?? ''
          for (const frame of frames) take(frame)
        })
        stream.on('close', () => reject(new Error(`the stream ended at ${seq} of ${last}`)))
      })
    },
    [Symbol.dispose]() {
      stream.removeAllListeners('close')
      request.on('error', () => {})
      request.destroy()
    },
  }
}
