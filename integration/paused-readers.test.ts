/**
 * 100 readers that stop reading, while 50 sessions flood: what they cost the server, against the same run
 * without them, and whether anybody misses anything. What they do to the delay of the others is the
 * benchmark's to say.
 */
import { expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { type Guest, newGuest, openClient } from './harness/guest.ts'
import { heldBytes, heldBytesArgs, residentBytes } from './harness/memory.ts'
import { readThroughClient } from './harness/readers.ts'
import { startServer } from './harness/server-process.ts'
import { type SimulatorProcess, startSimulator } from './harness/simulator-process.ts'
import { openTempFolder } from './harness/temp-folder.ts'

const sessions = 50
const pausedReaders = 100
/** What one of them misses is to be more than the system's own buffers hold, some 4 MB: it follows three times. */
const followsEach = 3
const answersEach = 80
const answer = Array.from({ length: 80 }, (_, index) => `${index} `.padEnd(400, 'flood '))
const mostBytes = 64 * 1024 * 1024

test('G10: 100 readers that stop reading while 50 sessions flood cost less than 64 MB, and G2: nobody misses anything', async () => {
  await using simulator = await startSimulator()
  await simulator.always({ tokens: answer, pace: { firstTokenMs: 0, tokensPerSecond: 0 } })
  const without = await flood(simulator, 0)
  const beside = await flood(simulator, pausedReaders)
  const megabytes = (bytes: number) => Math.round(bytes / 2 ** 20)
  // When garbage goes is worth more than the readers, either way, and depends on what else the machine does: the
  // most that was resident is told, and what is held is judged.
  const told = { without, beside, grownMB: megabytes(beside.heldBytes - without.heldBytes) }
  process.stdout.write(`paused readers: ${JSON.stringify(told)}\n`)
  expect(beside.heldBytes - without.heldBytes).toBeLessThan(mostBytes)
})

interface Memory {
  /** While the readers are stuck, without garbage. */
  heldBytes: number
  /** The most that was resident, garbage and all. */
  residentBytes: number
}

/** Runs the flood on a new server; returns what memory it took. */
async function flood(simulator: SimulatorProcess, paused: number): Promise<Memory> {
  await using folder = await openTempFolder()
  const env = { OPENROUTER_BASE_URL: simulator.url, MAX_HISTORY: '1' }
  await using server = await startServer({ dataDir: folder.path, env, nodeArgs: heldBytesArgs })
  const guest = await newGuest(server.url)
  await using reading = openClient({ url: server.wsUrl, token: () => guest.token })
  const talks = await Promise.all(
    Array.from({ length: sessions }, () => reading.client.sessions.create()),
  )
  await using opened = new AsyncDisposableStack()
  const silent: SilentReader[] = []
  for (let index = 0; index < paused; index++) {
    const followed = Array<string>(followsEach).fill(talks[index % sessions]?.sessionId ?? '')
    silent.push(opened.use(await openSilentReader(server.wsUrl, guest, followed)))
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
      const { lastEventId } = await session.get()
      return [session.sessionId, Number(lastEventId.split('-').at(-1))] as const
    }),
  )
  const memory = {
    residentBytes: residentBytes(server.child.pid),
    heldBytes: await heldBytes(server.child, 1),
  }
  // They are stuck indeed: more waits for them than the system takes off the server's hands.
  if (paused > 0) expect(await waitingBytes(server.url)).toBeGreaterThan(silent.length * 1024)
  const read = silent.map((reader) => reader.readUpTo(new Map(last)))
  for (const { answers, rising } of await Promise.all(read)) {
    expect({ answers, rising }).toEqual({ answers: answersEach * followsEach, rising: true })
  }
  return memory
}

/** What readers have yet to take, as the server says. */
async function waitingBytes(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text()
  return Number(/^agent_server_buffered_bytes (\d+)$/m.exec(text)?.[1])
}

interface SilentReader extends Disposable {
  /** Reads again, up to these numbers. Says how many whole answers it got, and whether the numbers rose. */
  readUpTo(last: ReadonlyMap<string, number>): Promise<{ answers: number; rising: boolean }>
}

/**
 * Follows the sessions, then stops reading at once. The server may have given it up by the time that it
 * reads again, for it answered no ping: then it comes back with the last ids, as any reader does.
 */
async function openSilentReader(
  wsUrl: string,
  { token }: Guest,
  sessionIds: readonly string[],
): Promise<SilentReader> {
  const text = JSON.stringify(answer.join(''))
  const places = sessionIds.map((sessionId) => ({ sessionId, seq: 0, id: '' }))
  let answers = 0
  let rising = true
  let moved = () => {}

  /** Looked at as text: parsing all of it would take longer than sending it. */
  function take(frame: string): void {
    const subscription = /"id":(\d+)/.exec(frame)?.[1]
    const [, id, seq] = /"id":"([0-9a-z]+-(\d+))"/.exec(frame) ?? []
    const place = places[Number(subscription)]
    if (!place || !id || !seq) return
    if (Number(seq) <= place.seq) rising = false
    Object.assign(place, { id, seq: Number(seq) })
    if (frame.includes('"type":"response"') && frame.includes(text)) answers++
    moved()
  }

  function connect(): WebSocket {
    const socket = new WebSocket(`${wsUrl}?connectionParams=1`)
    socket.on('error', () => {})
    socket.on('open', () => {
      socket.send(JSON.stringify({ method: 'connectionParams', data: { token } }))
      for (const [index, { sessionId, id }] of places.entries()) {
        const input = id ? { sessionId, lastEventId: id } : { sessionId }
        const params = { path: 'session.events', input }
        socket.send(JSON.stringify({ id: index, method: 'subscription', params }))
      }
    })
    socket.on('message', (bytes) => take(bytes.toString()))
    return socket
  }

  let socket = connect()
  await new Promise<void>((resolve) => {
    moved = () => {
      if (places.every(({ seq }) => seq > 0)) resolve()
    }
  })
  socket.pause()
  return {
    readUpTo(last) {
      const isDone = () => places.every(({ sessionId, seq }) => seq >= (last.get(sessionId) ?? 0))
      return new Promise((resolve) => {
        moved = () => {
          if (isDone()) resolve({ answers, rising })
        }
        const comeBack = () => {
          if (isDone()) return
          socket = connect()
          socket.on('close', comeBack)
        }
        if (socket.readyState === WebSocket.CLOSED) comeBack()
        else socket.on('close', comeBack)
        socket.resume()
      })
    },
    [Symbol.dispose]() {
      socket.removeAllListeners('close')
      socket.terminate()
    },
  }
}
