/**
 * Races at random moments, a thousand of each: an edit against the start of its turn, a stop against the
 * answer and its end; and fifty queries in any order over a crash. Each failure names its seed.
 */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createRandom } from '../../server/simulator/random.ts'
import type { SessionEvent } from '../events.ts'
import type { Model } from '../ports/model.ts'
import { type Bench, openBench, settings } from '../testing/agent-bench.ts'
import { isEndOf, isIdle, type Tab } from '../testing/tab.ts'
import { holdMs } from './holds.ts'

const races = 1000
const sessions = 20
const seed = Number(process.env.RACE_SEED ?? 20260101)

let bench: Bench
let leaseMs = 0

beforeEach(async () => {
  leaseMs = 0
  bench = await openBench({ settings: { maxQueued: 60 }, monotonicMs: () => leaseMs })
})
afterEach(() => bench.close())

/** A moment: so many turns of the event loop, in each of which a store may commit. */
async function turns(count: number): Promise<void> {
  for (let n = 0; n < count; n++) await new Promise((resolve) => setImmediate(resolve))
}

/** Runs `race` a thousand times, in sessions side by side; each gets chance of its own, and its name. */
async function race(
  run: (at: { sessionId: string; tab: Tab; random: () => number; name: string }) => Promise<void>,
): Promise<void> {
  const lanes = Array.from({ length: sessions }, async (_, lane) => {
    const sessionId = await bench.create()
    const tab = await bench.follow(sessionId)
    for (let n = 0; n < races / sessions; n++) {
      const random = createRandom(seed + lane * races + n)
      await run({ sessionId, tab, random, name: `q${lane}-${n} of RACE_SEED=${seed}` })
    }
  })
  await Promise.all(lanes)
}

test('G6: of an edit and the start of its turn one wins, and the answer belongs to the text that won', async () => {
  const echo: Model['answer'] = async ({ messages, model }, sink) => {
    sink.text(`Echo of ${messages.at(-1)?.content}`)
    return { finishReason: 'stop', model }
  }
  bench.model.answer = echo
  const outcomes: Record<string, number> = {}
  await race(async ({ sessionId, tab, random, name }) => {
    const ids = { query: crypto.randomUUID(), edit: crypto.randomUUID() }
    await bench.ask(sessionId, ids.query, { content: 'before' })
    await turns(Math.floor(random() * 5))
    const args = { messageId: ids.query, content: 'after' }
    const { outcome } = await bench.command(sessionId, ids.edit, 'edit', args)
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
    const end = await tab.until(isEndOf(ids.query))
    const won = outcome === 'ok' ? 'after' : 'before'
    expect(['ok', 'already-started'], name).toContain(outcome)
    expect(end.content, name).toBe(`Echo of ${won}`)
    expect(tab.transcript.find(ids.query)?.content, name).toBe(won)
    expect(tab.events.filter(isEndOf(ids.query)).length, name).toBe(1)
  })
  // Both of them win now and then, or it was no race.
  expect(outcomes.ok).toBeGreaterThan(races / 50)
  expect(outcomes['already-started']).toBeGreaterThan(races / 50)
})

test('after a stop at any moment nothing follows `lastSeq`, and the receipt says what the log says', async () => {
  const aborted = new Set<string>()
  bench.model.answer = async ({ messages, model }, sink, signal) => {
    const question = messages.at(-1)?.content ?? ''
    const random = createRandom(question.length + Number(question.split('-').at(-1)))
    const tokens = Math.floor(random() * 6)
    for (let n = 0; n < tokens; n++) {
      await turns(Math.floor(random() * 3))
      if (signal.aborted) {
        aborted.add(question)
        throw signal.reason
      }
      sink.text(`word${n} `)
      bench.clock.advance(50)
    }
    return { finishReason: 'stop', model }
  }
  const outcomes: Record<string, number> = {}
  let count = 0
  await race(async ({ sessionId, tab, random, name }) => {
    const ids = { query: crypto.randomUUID(), cancel: crypto.randomUUID() }
    const content = `Question ${++count}-${Math.floor(random() * 1e6)}`
    await bench.ask(sessionId, ids.query, { content })
    await turns(Math.floor(random() * 14))
    const args = { messageId: ids.query }
    const receipt = await bench.command(sessionId, ids.cancel, 'cancel', args)
    outcomes[receipt.outcome] = (outcomes[receipt.outcome] ?? 0) + 1
    await tab.until(({ seq }) => seq >= (receipt.lastSeq ?? 0))
    await turns(4)
    bench.clock.advance(500)
    await turns(4)
    const ends = tab.events.filter(isEndOf(ids.query))
    const late = (event: SessionEvent) =>
      event.type === 'delta' && event.replyTo === ids.query && event.seq > (receipt.lastSeq ?? 0)
    expect(tab.events.filter(late), name).toEqual([])
    if (receipt.outcome === 'withdrawn') return expect(ends, name).toEqual([])
    expect(ends.length, name).toBe(1)
    const [end] = ends
    const cancelled = end?.type === 'response' && end.finishReason === 'cancelled'
    expect(receipt.outcome, name).toBe(cancelled ? 'cancelled' : 'already-finished')
    if (cancelled) expect(receipt.lastSeq, name).toBe(end.seq)
    if (receipt.upstreamAborted) expect(aborted.has(content), name).toBe(true)
    expect(tab.transcript.answersTo(ids.query)[0]?.content, name).toBe(end?.content)
  })
  for (const outcome of ['cancelled', 'already-finished', 'withdrawn']) {
    expect([outcome, (outcomes[outcome] ?? 0) > races / 50]).toEqual([outcome, true])
  }
})

interface Asked {
  id: string
  content: string
  high: boolean
  rank: number
  held: boolean
}

test.each([1, 2, 3])(
  'G4, G6: fifty queries of all kinds, a crash, a start: answered in order, each once (seed %i)',
  async (seedOfRun) => {
    const random = createRandom(seed + seedOfRun)
    const sessionId = await bench.create()
    await bench.ask(sessionId, 'first', { content: 'first' })
    const cut = await bench.model.call()
    cut.text('Half an ')
    const waiting: Asked[] = []
    let rank = 0
    const pick = () => waiting[Math.floor(random() * waiting.length)]
    const command = (name: string, args: object) =>
      bench.command(sessionId, `c${++rank}`, name, { ...args })
    for (let n = 0; n < 50; n++) {
      const high = random() < 0.3
      const id = `q${n}`
      waiting.push({ id, content: id, high, rank: ++rank, held: false })
      await bench.ask(sessionId, id, { content: id, priority: high ? 'high' : 'normal' })
      const other = pick()
      const chance = random()
      if (!other) continue
      const args = { messageId: other.id }
      if (chance < 0.1) {
        await command('cancel', args)
        waiting.splice(waiting.indexOf(other), 1)
      } else if (chance < 0.2) {
        await command('edit', { ...args, content: `${other.id} edited` })
        other.content = `${other.id} edited`
      } else if (chance < 0.35) {
        await command('edit', { ...args, priority: 'high' })
        if (!other.high) Object.assign(other, { high: true, rank })
      } else if (chance < 0.4) {
        await command('hold', args)
        other.held = true
      }
    }
    // The process is gone in the middle of an answer, and its lease runs out.
    leaseMs += settings.leaseTtlMs + 1
    const next = bench.another()
    const order: string[] = []
    next.model.answer = async ({ messages, model }, sink) => {
      order.push(messages.at(-1)?.content ?? '')
      sink.text('Answer')
      return { finishReason: 'stop', model }
    }
    await next.agent.recover()
    const tab = await next.follow(sessionId)
    await tab.until(isIdle)
    const inOrder = (asked: Asked[]) =>
      asked
        .toSorted((a, b) => Number(b.high) - Number(a.high) || a.rank - b.rank)
        .map(({ content }) => content)
    const expected = ['first', ...inOrder(waiting.filter(({ held }) => !held))]
    expect(order).toEqual(expected)
    // What was held comes after it, when nobody comes back.
    const held = inOrder(waiting.filter((asked) => asked.held))
    next.clock.advance(holdMs)
    for (const { id } of waiting) await tab.until(isEndOf(id))
    expect(order).toEqual([...expected, ...held])
    for (const { id } of waiting) expect(tab.events.filter(isEndOf(id)).length).toBe(1)
  },
)
