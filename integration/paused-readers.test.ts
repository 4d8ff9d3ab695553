/**
 * 100 readers that stop reading, while 50 sessions flood: what they cost the server, against the same run
 * without them, and whether anybody misses anything. What they do to the delay of the others is the
 * benchmark's to say.
 */
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { type Guest, newGuest, openClient } from './harness/guest.ts'
import { residentBytes } from './harness/memory.ts'
import { readThroughClient } from './harness/readers.ts'
import { startServer } from './harness/server-process.ts'
import { type SimulatorProcess, startSimulator } from './harness/simulator-process.ts'
import { openTempFolder } from './harness/temp-folder.ts'

const sessions = 50
const pausedEach = 2
/** Each reader is to be sent more than the system's own buffers take: several megabytes. */
const answersEach = 40
const answer = Array.from({ length: 160 }, (_, index) => `${index} `.padEnd(400, 'flood '))
const mostBytes = 64 * 1024 * 1024

test('G10: 100 readers that stop reading while 50 sessions flood cost less than 64 MB, and G2: nobody misses anything', async () => {
  await using simulator = await startSimulator()
  await simulator.always({ tokens: answer, pace: { firstTokenMs: 0, tokensPerSecond: 0 } })
  const without = await flood(simulator, 0)
  const beside = await flood(simulator, pausedEach)
  const grown = beside - without
  const megabytes = [without, beside, grown].map((bytes) => Math.round(bytes / 2 ** 20))
  process.stdout.write(`paused readers: MB without, with, grown by ${megabytes.join(', ')}\n`)
  expect(grown).toBeLessThan(mostBytes)
})

/** Runs the flood on a new server; returns the most memory that it took. */
async function flood(simulator: SimulatorProcess, paused: number): Promise<number> {
  await using folder = await openTempFolder()
  const env = { OPENROUTER_BASE_URL: simulator.url, MAX_HISTORY: '1' }
  await using server = await startServer({ dataDir: folder.path, env })
  const guest = await newGuest(server.url)
  await using reading = openClient({ url: server.wsUrl, token: () => guest.token })
  const talks = await Promise.all(
    Array.from({ length: sessions }, () => reading.client.sessions.create()),
  )
  await using opened = new AsyncDisposableStack()
  const silent: SilentReader[] = []
  for (const { sessionId } of talks) {
    for (let index = 0; index < paused; index++) {
      silent.push(opened.use(await openSilentReader(server.wsUrl, guest, sessionId)))
    }
  }
  const text = answer.join('')
  const last = await Promise.all(
    talks.map(async (session) => {
      using reader = readThroughClient(session)
      for (let count = 0; count < answersEach; count++) {
        const id = crypto.randomUUID()
        await session.send('Flood', { id })
        const end = await reader.log.end(id)
        if (end.content !== text) throw new Error('an answer is not what the simulator sent')
      }
      expect(reader.log.disorder()).toEqual({ doubled: 0, outOfOrder: 0, resets: 0 })
      return session.get().then(({ lastEventId }) => Number(lastEventId.split('-').at(-1)))
    }),
  )
  const bytes = residentBytes(server.child.pid)
  // They are stuck indeed: more waits for them than the system takes off the server's hands.
  if (paused > 0) expect(await waitingBytes(server.url)).toBeGreaterThan(silent.length * 1024)
  const read = silent.map((reader, index) => reader.readUpTo(last[Math.floor(index / paused)] ?? 0))
  for (const { answers, rising } of await Promise.all(read)) {
    expect({ answers, rising }).toEqual({ answers: answersEach, rising: true })
  }
  return bytes
}

/** What readers have yet to take, as the server says. */
async function waitingBytes(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text()
  return Number(/^agent_server_buffered_bytes (\d+)$/m.exec(text)?.[1])
}

interface SilentReader extends Disposable {
  /** Reads again, up to this event. Says how many whole answers it got, and whether the numbers rose. */
  readUpTo(seq: number): Promise<{ answers: number; rising: boolean }>
}

/**
 * Follows the session, then stops reading at once. The server may have given it up by the time that it reads
 * again, for it answered no ping: then it comes back with the last id, as any reader does.
 */
async function openSilentReader(
  wsUrl: string,
  { token }: Guest,
  sessionId: string,
): Promise<SilentReader> {
  const text = JSON.stringify(answer.join(''))
  let answers = 0
  let rising = true
  let last = { seq: 0, id: '' }
  let reached = (_seq: number) => {}

  function take(frame: string): void {
    // Looked at as text: parsing all of it would take longer than sending it.
    const [, id, seq] = /"id":"([0-9a-z]+-(\d+))"/.exec(frame) ?? []
    if (!id || !seq) return
    if (Number(seq) <= last.seq) rising = false
    last = { seq: Number(seq), id }
    if (frame.includes('"type":"response"') && frame.includes(text)) answers++
    reached(last.seq)
  }

  function connect(): WebSocket {
    const socket = new WebSocket(`${wsUrl}?connectionParams=1`)
    socket.on('error', () => {})
    socket.on('open', () => {
      const input = last.id ? { sessionId, lastEventId: last.id } : { sessionId }
      const params = { path: 'session.events', input }
      socket.send(JSON.stringify({ method: 'connectionParams', data: { token } }))
      socket.send(JSON.stringify({ id: 1, method: 'subscription', params }))
    })
    socket.on('message', (bytes) => take(bytes.toString()))
    return socket
  }

  let socket = connect()
  await once(socket, 'message')
  socket.pause()
  return {
    readUpTo(seq) {
      return new Promise((resolve) => {
        reached = (now) => {
          if (now >= seq) resolve({ answers, rising })
        }
        const comeBack = () => {
          if (last.seq >= seq) return
          socket = connect()
          socket.on('close', comeBack)
        }
        socket.on('close', comeBack)
        socket.resume()
      })
    },
    [Symbol.dispose]() {
      socket.removeAllListeners('close')
      socket.terminate()
    },
  }
}
