/**
 * A thousand stops at random moments, from the tab that asked, from another one and over HTTP: each is the end of
 * its answer for every reader, and closes the connection to the model.
 */
import { expect, test } from 'vitest'
import { z } from 'zod'
import type { AgentClient } from '../src/client/index.ts'
import { watchCpuWait } from './harness/cpu-wait.ts'
import { newGuest, openClient } from './harness/guest.ts'
import { dataOf, type HttpCalls, httpCalls } from './harness/http-calls.ts'
import { type Reader, readRaw, readThroughClient } from './harness/readers.ts'
import { type SeededRandom, seededRandom } from './harness/seeded-random.ts'
import { startServer } from './harness/server-process.ts'
import { type SeenRequest, startSimulator } from './harness/simulator-process.ts'
import { openFolderInMemory } from './harness/small-disk.ts'

const sessions = 10
const stopsEach = 100
/** Slow and long: an answer never ends by itself, and the next token is some way off. */
const plan = { size: 1000, pace: { firstTokenMs: 60, tokensPerSecond: 10 } }
const graceMs = 250

const receipt = z.object({
  seq: z.int(),
  outcome: z.string(),
  lastSeq: z.int(),
  upstreamAborted: z.boolean().optional(),
})

interface Stop {
  question: string
  /** When the server took it up, in milliseconds since 1970: what came before is the way there. */
  takenAtMs: number
  lastSeq: number
  queryId: string
  readers: readonly Reader[]
}

test('M4, G7: 1,000 stops at random moments: nothing after lastSeq, and the connection to the model is closed before its next token would have come plus 250 ms', async () => {
  const random = seededRandom('stops')
  // In memory where that may be: a stop is committed first, and what others write to the disk is not the matter.
  await using folder = await openFolderInMemory()
  await using simulator = await startSimulator()
  await simulator.always(plan)
  const env = { OPENROUTER_BASE_URL: simulator.url, MAX_HISTORY: '1' }
  await using server = await startServer({ dataDir: folder.path, env })
  const { token } = await newGuest(server.url)
  const wsUrl = server.wsUrl
  await using asking = openClient({ url: wsUrl, token: () => token })
  await using other = openClient({ url: wsUrl, token: () => token })
  const calls = httpCalls(server.url, token)
  const stops: Stop[] = []
  using readers = new DisposableStack()
  using cpuWait = watchCpuWait([server.child.pid, simulator.child.pid])

  async function converse(name: string): Promise<void> {
    const session = await asking.client.sessions.create()
    const { sessionId } = session
    const raw = readRaw({ wsUrl, token, sessionId, beforeReturn: async () => {} })
    const mine = [readers.use(readThroughClient(session)), readers.use(raw)]
    const [first] = mine
    if (!first) throw new Error('there is no reader')
    for (let count = 0; count < stopsEach; count++) {
      const question = `${name}, question ${count}`
      const queryId = crypto.randomUUID()
      await session.send(question, { id: queryId })
      // Chance says when: nothing waits for anything here.
      await new Promise((resolve) => setTimeout(resolve, random.between(0, 250)))
      const told = await stop(sessionId, { from: [asking.client, other.client, calls], random })
      expect(told.outcome).toBe('cancelled')
      const end = await first.log.end(queryId)
      expect(end).toMatchObject({ finishReason: 'cancelled', seq: told.lastSeq })
      const command = await first.log.until((event) => event.seq === told.seq)
      const takenAtMs = Date.parse(command.timestamp)
      stops.push({ question, takenAtMs, lastSeq: told.lastSeq, queryId, readers: mine })
    }
  }
  await Promise.all(Array.from({ length: sessions }, (_, index) => converse(`talk-${index}`)))

  const requests = await simulator.requests()
  const over = await Promise.all(requests.map(({ number }) => simulator.finished(number)))
  const byQuestion = Map.groupBy(over, ({ body }) => body.messages.at(-1)?.content ?? '')
  const late: string[] = []
  const tookMs: number[] = []
  let excused = 0
  for (const { question, takenAtMs, lastSeq, queryId, readers } of stops) {
    const [request, ...more] = byQuestion.get(question) ?? []
    expect(more).toEqual([])
    // One that was stopped before it was asked of the model has none.
    if (request) {
      expect(request.state).toBe('aborted')
      const closedAtMs = request.endedAtMs ?? Number.POSITIVE_INFINITY
      tookMs.push(closedAtMs - takenAtMs)
      // What a busy machine kept the processes waiting is not theirs.
      const excusedMs = cpuWait.between(takenAtMs, closedAtMs)
      if (excusedMs > 1) excused++
      const latestMs = nextTokenMs(request, takenAtMs) + graceMs + excusedMs
      if (closedAtMs > latestMs) late.push(`${question}: ${closedAtMs - latestMs} ms`)
    }
    for (const { log } of readers) {
      const after = log.events.filter(
        (event) => event.type === 'delta' && event.replyTo === queryId && event.seq > lastSeq,
      )
      expect(after).toEqual([])
    }
  }
  tookMs.sort((a, b) => a - b)
  const [p50, p99] = [0.5, 0.99].map((share) => tookMs[Math.floor(share * tookMs.length)])
  const most = tookMs.at(-1)
  const books = { stops: stops.length, calls: tookMs.length, p50, p99, most, excused }
  process.stdout.write(
    `stops, ms until the model's connection is closed: ${JSON.stringify(books)}\n`,
  )
  expect(stops).toHaveLength(sessions * stopsEach)
  expect(tookMs.length).toBeGreaterThan(stops.length / 2)
  expect(late).toEqual([])
})

async function stop(
  sessionId: string,
  { from, random }: { from: [AgentClient, AgentClient, HttpCalls]; random: SeededRandom },
): Promise<z.infer<typeof receipt>> {
  const [asking, other, calls] = from
  switch (random.between(0, 2)) {
    case 0:
      return receipt.parse(await asking.session(sessionId).stop())
    case 1:
      return receipt.parse(await other.session(sessionId).stop())
    default: {
      const body = { sessionId, id: crypto.randomUUID(), name: 'cancel' }
      return dataOf(await calls.mutate('agent.command', body), receipt)
    }
  }
}

/** When the first token after the stop came or would have come: at the stop itself, where one came since. */
function nextTokenMs({ lastTokenAtMs, nextTokenAtMs }: SeenRequest, takenAtMs: number): number {
  if (lastTokenAtMs !== null && lastTokenAtMs > takenAtMs) return takenAtMs
  return nextTokenAtMs ?? takenAtMs
}
