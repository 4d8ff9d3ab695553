/** Crashes and take-overs: who goes on with a turn, how, and who may not write any more. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Bench, openBench, round, type Server, settings } from '../testing/agent-bench.ts'
import { isDelta, isEndOf, isIdle } from '../testing/tab.ts'
import type { CrashPolicy } from './settings.ts'

let bench: Bench
let session: string
/** The clock of the leases: it stands still until a test moves it. */
let leaseMs = 0

beforeEach(async () => {
  leaseMs = 0
  bench = await openBench({ monotonicMs: () => leaseMs })
  session = await bench.create()
})
afterEach(() => bench.close())

/** Two pieces of an answer are in the log; then the process stops where it is. */
async function halfAnAnswer(server: Server = bench) {
  const tab = await server.follow(session)
  await server.ask(session, 'q1')
  const call = await server.model.call()
  call.text('Half')
  const { seq } = await tab.until(isDelta)
  call.text(' of it')
  server.clock.advance(200)
  await tab.until(isDelta, seq)
  return { call, tab }
}

/** A new start finds the leases of the one before gone. */
async function restart(changed: { crashPolicy?: CrashPolicy; maxAttempts?: number } = {}) {
  leaseMs += settings.leaseTtlMs + 1
  const next = bench.another(changed)
  await next.agent.recover()
  return next
}

describe('an answer that a crash cut', () => {
  test('G7: policy `restart`: it is begun anew', async () => {
    await halfAnAnswer()
    const next = await restart({ crashPolicy: 'restart' })
    const tab = await next.follow(session)
    const call = await next.model.call()
    expect(call.request.messages.at(-1)).toEqual({ role: 'user', content: 'Question q1' })
    call.text('Whole')
    call.end()
    expect(await tab.until(isEndOf('q1'))).toMatchObject({
      type: 'response',
      content: 'Whole',
      attempt: 2,
      finishReason: 'stop',
    })
    expect(tab.story).toContain('status restarting')
    await tab.until(isIdle)
    expect(tab.transcript.items.filter(({ kind }) => kind === 'message').length).toBe(2)
  })

  test('G7: policy `continue`: it goes on from its text', async () => {
    await halfAnAnswer()
    const next = await restart({ crashPolicy: 'continue' })
    const tab = await next.follow(session)
    const call = await next.model.call()
    expect(call.request.messages.slice(-2)).toEqual([
      { role: 'user', content: 'Question q1' },
      { role: 'assistant', content: 'Half of it' },
    ])
    call.text(', and more')
    expect(
      await tab.until((event) => isDelta(event) && 'attempt' in event && event.attempt === 2),
    ).toMatchObject({ offset: 'Half of it'.length, content: ', and more' })
    call.end()
    expect(await tab.until(isEndOf('q1'))).toMatchObject({ content: 'Half of it, and more' })
  })

  test('G7: policy `stop`: it ends with what there is, and the model is not asked', async () => {
    await halfAnAnswer()
    const next = await restart({ crashPolicy: 'stop' })
    const tab = await next.follow(session)
    expect(await tab.until(isEndOf('q1'))).toMatchObject({
      finishReason: 'interrupted',
      content: 'Half of it',
    })
    await tab.until(isIdle)
    expect(next.model.calls).toEqual([])
  })

  test.each(['restart', 'continue', 'stop'] as const)(
    'a `cancel` that was in the log before the crash holds: policy `%s`',
    async (crashPolicy) => {
      await halfAnAnswer()
      // Another server, whose runner has not got the session, wrote it; then the first one died.
      const timestamp = new Date(0).toISOString()
      const cancel = { type: 'command', name: 'cancel', content: 'Stop', timestamp } as const
      await bench.stop()
      await bench.store.append({ sessionId: session, events: [cancel] })
      const next = await restart({ crashPolicy })
      const tab = await next.follow(session)
      expect(await tab.until(isEndOf('q1'))).toMatchObject({
        finishReason: 'cancelled',
        content: 'Half of it',
        upstreamAborted: false,
      })
      expect(next.model.calls).toEqual([])
    },
  )

  test('G7: it is tried `maxAttempts` times over crashes, then ends in an error', async () => {
    await bench.ask(session, 'q1')
    await bench.model.call()
    for (let attempt = 2; attempt <= 3; attempt++) {
      const next = await restart({ maxAttempts: 3 })
      await next.model.call()
    }
    const last = await restart({ maxAttempts: 3 })
    const tab = await last.follow(session)
    expect(await tab.until(isEndOf('q1'))).toMatchObject({ code: 'INTERNAL', retryable: true })
    expect(last.model.calls).toEqual([])
    await tab.until(isIdle)
    const again = last.command(session, 'c1', 'regenerate')
    expect((await again).outcome).toBe('ok')
    expect((await last.model.call()).question).toBe('Question q1')
  })

  test('G4: a query that was acknowledged and never begun is answered at the next start', async () => {
    await halfAnAnswer()
    await bench.ask(session, 'q2')
    const other = await bench.create()
    await bench.stop()
    await expect(bench.ask(other, 'q3')).rejects.toMatchObject({ reason: 'DRAINING' })
    const next = await restart({ crashPolicy: 'stop' })
    expect((await next.model.call()).question).toBe('Question q2')
  })

  test('G2: a reader that comes back after the crash has what one has that reads it all', async () => {
    const { tab } = await halfAnAnswer()
    await tab.close()
    const next = await restart()
    const back = await next.follow(session, tab.transcript.lastEventId ?? '')
    const call = await next.model.call()
    call.text('New')
    await back.until(isDelta)
    call.text(' text')
    call.end()
    await back.until(isIdle)
    for (const event of back.events) tab.transcript.apply(event)
    const whole = await next.follow(session)
    await whole.until(isIdle)
    expect(tab.transcript.items).toEqual(whole.transcript.items)
  })
})

describe('fences and leases', () => {
  test('G6: whose lease was taken over writes nothing more, and says so to its model', async () => {
    const { call: old } = await halfAnAnswer()
    const next = await restart()
    const tab = await next.follow(session)
    const call = await next.model.call()
    call.text('New')
    await tab.until((event) => isDelta(event) && event.content === 'New')
    const { seq } = await tab.until(isDelta)
    // The one that was taken for dead wakes.
    old.text(' old')
    bench.clock.advance(200)
    await round()
    expect(old.signal.aborted).toBe(true)
    old.end()
    await round()
    call.end()
    expect(await tab.until(isEndOf('q1'))).toMatchObject({ content: 'New', attempt: 2 })
    await tab.until(isIdle)
    expect(tab.events.filter((event) => event.seq > seq && event.content.includes('old'))).toEqual(
      [],
    )
    expect(tab.story.filter((each) => each.startsWith('response')).length).toBe(1)
  })

  test('G6: an end that comes after the take-over is not written', async () => {
    const { call: old } = await halfAnAnswer()
    const next = await restart()
    const call = await next.model.call()
    old.end()
    await round()
    call.text('New')
    call.end()
    const tab = await next.follow(session)
    await tab.until(isIdle)
    expect(tab.events.filter(isEndOf('q1'))).toMatchObject([{ content: 'New' }])
  })

  test('G7: a lease that ran out, and that nobody took, is taken again', async () => {
    const { tab } = await halfAnAnswer()
    // The process was stopped for a while (SIGSTOP, a laptop's lid), and has the only agent.
    leaseMs += settings.leaseTtlMs + 1
    bench.clock.advance(settings.leaseTtlMs / 3)
    await bench.clock.armed(1000)
    bench.clock.advance(1000)
    const call = await bench.model.call()
    call.text('Whole')
    call.end()
    expect(await tab.until(isEndOf('q1'))).toMatchObject({ content: 'Whole', attempt: 2 })
  })

  test('a lease is renewed as long as the turn runs, and given back after it', async () => {
    const { call, tab } = await halfAnAnswer()
    const other = bench.another()
    for (let renewals = 0; renewals < 9; renewals++) {
      leaseMs += settings.leaseTtlMs / 3
      bench.clock.advance(settings.leaseTtlMs / 3)
      await round()
    }
    await other.agent.recover()
    await round()
    expect(other.model.calls).toEqual([])
    call.end()
    await tab.until(isIdle)
    await round()
    expect(bench.clock.pending).toEqual([])
    await other.ask(session, 'q2')
    expect((await other.model.call()).question).toBe('Question q2')
  })

  test('G7: a server that was asked while another had the session takes over when that one dies', async () => {
    await halfAnAnswer()
    const other = bench.another()
    await other.ask(session, 'q2')
    await other.ask(session, 'q3')
    // Soon after the first question, and later each time that the other one still has it.
    const contestedMs = 50
    await other.clock.armed(contestedMs)
    await round()
    expect(other.clock.pending).toEqual([contestedMs])
    leaseMs += settings.leaseTtlMs + 1
    other.clock.advance(contestedMs)
    const call = await other.model.call()
    expect(call.question).toBe('Question q1')
  })

  test('T8, E8: what a server that stops lets go of goes on at once where somebody reads it', async () => {
    await halfAnAnswer()
    const other = bench.another()
    const tab = await other.follow(session)
    const drained = bench.agent.drain(5000)
    bench.clock.advance(5000)
    await drained
    // Nobody looks for what is left there; the lease may be held for a moment yet.
    while (other.model.calls.length === 0) {
      for (const waitMs of other.clock.pending) expect(waitMs).toBeLessThanOrEqual(100)
      other.clock.advance(100)
      await round()
    }
    const call = await other.model.call()
    call.text('Whole')
    call.end()
    expect(await tab.until(isEndOf('q1'))).toMatchObject({ content: 'Whole', attempt: 2 })
  })

  test('T8: a query that waits for a place lets go of nothing', async () => {
    const other = bench.another()
    await other.follow(session)
    const waits = { type: 'status', state: 'queued', content: 'Waiting...', timestamp: '' } as const
    await bench.store.append({ sessionId: session, events: [{ ...waits, messageId: 'q1' }] })
    await round()
    expect(other.agent.stats().liveSessions).toBe(0)
  })
})
