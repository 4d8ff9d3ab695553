/** `agent.command`: what each does, and an outcome that says what really happened. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Bench, openBench, round } from '../testing/agent-bench.ts'
import { isDelta, isEndOf, isIdle, type Tab } from '../testing/tab.ts'

let bench: Bench
let session: string
let tab: Tab

beforeEach(async () => {
  bench = await openBench({ settings: { maxQueued: 5 } })
  session = await bench.create()
  tab = await bench.follow(session)
})
afterEach(() => bench.close())

/** Asks, and lets the model begin. */
async function begin(id: string, ...text: string[]) {
  await bench.ask(session, id)
  const call = await bench.model.call()
  if (text.length > 0) {
    call.text(...text)
    await tab.until(isDelta)
  }
  return call
}

async function answer(id: string, text = `Answer to ${id}`) {
  const call = await begin(id, text)
  call.end()
  return tab.until(isEndOf(id))
}

describe('cancel', () => {
  test('before the first token: the connection is closed, the answer is empty', async () => {
    const call = await begin('q1')
    const receipt = await bench.command(session, 'c1', 'cancel')
    const end = await tab.until(isEndOf('q1'))
    expect(end).toMatchObject({ finishReason: 'cancelled', content: '' })
    expect(receipt).toMatchObject({
      outcome: 'cancelled',
      lastSeq: end.seq,
      upstreamAborted: true,
    })
    expect(call.signal.aborted).toBe(true)
    await tab.until(isIdle)
    expect(tab.story.slice(-4)).toEqual([
      'command cancel',
      'response cancelled',
      'status stopped',
      'status idle',
    ])
  })

  test('in the middle: all that was said is kept, and no delta comes after `lastSeq`', async () => {
    const call = await begin('q1', 'One', ' two')
    const receipt = await bench.command(session, 'c1', 'cancel')
    call.text(' three')
    bench.clock.advance(1000)
    await tab.until(isIdle)
    expect(tab.transcript.items.at(-1)).toMatchObject({
      message: { content: 'One two', state: 'cancelled', finishReason: 'cancelled' },
    })
    const deltas = tab.events.filter(isDelta)
    for (const { seq } of deltas) expect(seq).toBeLessThan(receipt.lastSeq ?? 0)
    await round()
    expect(bench.clock.pending).toEqual([])
  })

  test('at the end: it says that the answer was finished already', async () => {
    const call = await begin('q1', 'All of it')
    const receipt = bench.command(session, 'c1', 'cancel')
    call.end()
    const { outcome, lastSeq } = await receipt
    const end = await tab.until(isEndOf('q1'))
    expect(outcome).toBe(
      end.type === 'response' && end.finishReason === 'cancelled'
        ? 'cancelled'
        : 'already-finished',
    )
    expect(lastSeq).toBeGreaterThanOrEqual(end.seq)
    await tab.until(isIdle)
    expect(tab.story.filter((each) => each.startsWith('response')).length).toBe(1)
  })

  test('G5: twice with one id gets the same receipt, at once and later; also from another server', async () => {
    await begin('q1', 'One')
    const [one, two] = await Promise.all([
      bench.command(session, 'c1', 'cancel'),
      bench.command(session, 'c1', 'cancel'),
    ])
    expect(two).toEqual(one)
    await tab.until(isIdle)
    await answer('q2')
    expect(await bench.command(session, 'c1', 'cancel')).toEqual(one)
    expect(await bench.another().command(session, 'c1', 'cancel')).toEqual(one)
    expect(tab.story.filter((each) => each === 'command cancel').length).toBe(1)
  })

  test('two tabs that stop one answer are told the same', async () => {
    await begin('q1', 'One')
    const [one, two] = await Promise.all([
      bench.command(session, 'c1', 'cancel'),
      bench.command(session, 'c2', 'cancel'),
    ])
    // One of them may come when it is over.
    expect(one.outcome).toBe('cancelled')
    expect(['cancelled', 'already-finished']).toContain(two.outcome)
    for (const { lastSeq } of [one, two]) {
      for (const { seq } of tab.events.filter(isDelta)) expect(seq).toBeLessThan(lastSeq ?? 0)
    }
  })

  test('G5: of nothing: `already-finished`, and the same again when something runs', async () => {
    const nothing = await bench.command(session, 'c1', 'cancel')
    expect(nothing).toEqual({
      seq: 1,
      outcome: 'already-finished',
      lastSeq: 1,
      upstreamAborted: false,
    })
    const call = await begin('q1')
    expect(await bench.command(session, 'c1', 'cancel')).toEqual(nothing)
    expect(call.signal.aborted).toBe(false)
    call.end()
  })

  test('of a message: the running one by its query or its answer, a waiting one is withdrawn', async () => {
    const call = await begin('q1')
    await bench.ask(session, 'q2')
    expect((await bench.command(session, 'c1', 'cancel', { messageId: 'q2' })).outcome).toBe(
      'withdrawn',
    )
    const none = await bench.command(session, 'c2', 'cancel', { messageId: 'nobody' })
    expect(none.outcome).toBe('not-found')
    const answerId = tab.transcript.queue.running?.answerId
    const receipt = await bench.command(session, 'c3', 'cancel', { messageId: answerId })
    expect(receipt.outcome).toBe('cancelled')
    expect(call.signal.aborted).toBe(true)
    const late = await bench.command(session, 'c4', 'cancel', { messageId: 'q1' })
    expect(late.outcome).toBe('already-finished')
    await tab.until(isIdle)
    expect(bench.model.calls.length).toBe(1)
    expect(tab.transcript.find('q2')).toBeUndefined()
  })

  test('the next query runs after one that was stopped', async () => {
    await begin('q1', 'One')
    await bench.ask(session, 'q2')
    await bench.command(session, 'c1', 'cancel')
    const call = await bench.model.call()
    // The stopped answer is part of the conversation, as far as it was said.
    expect(call.request.messages.map(({ content }) => content)).toEqual([
      'Be kind.',
      'Question q1',
      'One',
      'Question q2',
    ])
    call.end()
    await tab.until(isIdle)
  })

  test('a deletion meanwhile answers as a session that does not exist', async () => {
    await begin('q1', 'One')
    const receipt = bench.command(session, 'c1', 'cancel')
    const outcome = receipt.then(
      ({ outcome }) => outcome,
      (cause: unknown) => (cause as { reason?: string }).reason,
    )
    await bench.agent.deleteSession('u1', { sessionId: session })
    // Whichever came first; nobody waits for what cannot come.
    expect(['cancelled', 'SESSION_NOT_FOUND']).toContain(await outcome)
    await round()
    expect(bench.clock.pending).toEqual([])
  })
})

describe('a query that waits', () => {
  test('is edited, held, released, and withdrawn', async () => {
    const call = await begin('q1')
    for (const id of ['q2', 'q3', 'q4']) await bench.ask(session, id)
    const outcomes = [
      await bench.command(session, 'c1', 'edit', { messageId: 'q3', content: 'Better' }),
      await bench.command(session, 'c2', 'hold', { messageId: 'q2' }),
      await bench.command(session, 'c3', 'cancel', { messageId: 'q4' }),
    ].map(({ outcome }) => outcome)
    expect(outcomes).toEqual(['ok', 'ok', 'withdrawn'])
    call.end()
    const next = await bench.model.call()
    expect(next.question).toBe('Better')
    next.end()
    await tab.until(isIdle)
    // Held: nothing runs, and it waits all the same.
    expect((await bench.agent.getSession('u1', { sessionId: session })).state).toBe('queued')
    expect(tab.transcript.waiting).toMatchObject([{ messageId: 'q2', state: 'held' }])
    await bench.command(session, 'c4', 'release', { messageId: 'q2' })
    const last = await bench.model.call()
    expect(last.question).toBe('Question q2')
    last.end()
    await tab.until(isEndOf('q2'))
  })

  test.each(['edit', 'hold', 'release'])(
    '`%s` of one that runs or ran: `already-started`',
    async (name) => {
      const args = { messageId: 'q1', ...(name === 'edit' && { content: 'Else' }) }
      const call = await begin('q1')
      expect((await bench.command(session, 'c1', name, args)).outcome).toBe('already-started')
      call.end()
      await tab.until(isIdle)
      expect((await bench.command(session, 'c2', name, args)).outcome).toBe('already-started')
      const unknown = await bench.command(session, 'c3', name, { ...args, messageId: 'nobody' })
      expect(unknown.outcome).toBe('not-found')
      expect(tab.transcript.find('q1')?.content).toBe('Question q1')
    },
  )

  test('one that is withdrawn is gone for every command', async () => {
    await begin('q1')
    await bench.ask(session, 'q2')
    await bench.command(session, 'c1', 'cancel', { messageId: 'q2' })
    for (const [id, name] of [
      ['c2', 'hold'],
      ['c3', 'cancel'],
    ] as const) {
      expect((await bench.command(session, id, name, { messageId: 'q2' })).outcome).toBe(
        'not-found',
      )
    }
    // It is what was sent; it does not come back.
    expect((await bench.ask(session, 'q2')).state).toBe('done')
  })

  test.each([
    ['edit', { content: 'Edited' }],
    ['hold', {}],
    ['cancel', {}],
  ])(
    'G6: `%s` races with the start: one wins, and both tell the same story',
    async (name, more) => {
      for (let run = 0; run < 20; run++) {
        const id = `q${run}`
        const call = await begin(`first${run}`)
        await bench.ask(session, id)
        call.end()
        // By now the runner is at it.
        const ticks = run % 4
        for (let tick = 0; tick < ticks; tick++)
          await new Promise((resolve) => setImmediate(resolve))
        const { outcome } = await bench.command(session, `c${run}`, name, {
          messageId: id,
          ...more,
        })
        if (outcome === 'withdrawn') {
          await tab.until((event) => event.type === 'query' && event.state === 'withdrawn')
          expect(await bench.ask(session, id)).toMatchObject({ state: 'done' })
          continue
        }
        if (name === 'hold' && outcome === 'ok') {
          expect(tab.transcript.queue.running).toBeNull()
          await bench.command(session, `r${run}`, 'release', { messageId: id })
        }
        if (outcome === 'cancelled') {
          await tab.until(isEndOf(id))
          continue
        }
        const next = await bench.model.call()
        const edited = name === 'edit' && outcome === 'ok'
        expect(next.question).toBe(edited ? 'Edited' : `Question ${id}`)
        next.end()
        await tab.until(isEndOf(id))
      }
    },
  )
})

describe('regenerate', () => {
  test('answers the last question again, without the earlier answers to it', async () => {
    await answer('q1')
    await answer('q2')
    const reply = await bench.command(session, 'c1', 'regenerate')
    expect(reply).toMatchObject({ outcome: 'ok', messageId: 'q2' })
    const call = await bench.model.call()
    expect(call.request.messages.map(({ content }) => content)).toEqual([
      'Be kind.',
      'Question q1',
      'Answer to q1',
      'Question q2',
    ])
    call.text('Better')
    call.end()
    const { seq } = await tab.until(
      (event) => event.type === 'response' && event.content === 'Better',
    )
    await tab.until(isIdle, seq)
    // Of the two answers the newer counts from now on.
    const next = await begin('q3')
    expect(next.request.messages.map(({ content }) => content)).toEqual([
      'Be kind.',
      'Question q1',
      'Answer to q1',
      'Question q2',
      'Better',
      'Question q3',
    ])
    next.end()
  })

  test('takes an answer or a query by name; says when it runs already, or is not there', async () => {
    const end = await answer('q1')
    await answer('q2')
    const messageId = end.type === 'response' ? end.messageId : ''
    const byAnswer = await bench.command(session, 'c1', 'regenerate', { messageId })
    expect(byAnswer).toMatchObject({ outcome: 'ok', messageId: 'q1' })
    const again = await bench.command(session, 'c2', 'regenerate', { messageId: 'q1' })
    expect(again.outcome).toBe('already-started')
    const none = await bench.command(session, 'c3', 'regenerate', { messageId: 'nobody' })
    expect(none.outcome).toBe('not-found')
    const call = await bench.model.call()
    expect(call.question).toBe('Question q1')
    call.end()
  })

  test('of nothing: `not-found`; of a full queue: `QUEUE_FULL`', async () => {
    expect((await bench.command(session, 'c1', 'regenerate')).outcome).toBe('not-found')
    await answer('q1')
    await begin('q2')
    for (let n = 0; n < 5; n++) await bench.ask(session, `w${n}`)
    const args = { messageId: 'q1' }
    await expect(bench.command(session, 'c2', 'regenerate', args)).rejects.toMatchObject({
      reason: 'QUEUE_FULL',
    })
  })

  test('G5: twice with one id is one further answer', async () => {
    await answer('q1')
    const replies = await Promise.all(
      Array.from({ length: 20 }, () => bench.command(session, 'c1', 'regenerate')),
    )
    for (const reply of replies) expect(reply).toEqual(replies[0])
    const call = await bench.model.call()
    call.end()
    expect(await bench.command(session, 'c1', 'regenerate')).toEqual(replies[0])
    expect(bench.model.calls.length).toBe(2)
  })
})

describe('clear, model, help', () => {
  test('clear: what came before is no longer sent, and stays in the conversation', async () => {
    await answer('q1')
    expect((await bench.command(session, 'c1', 'clear')).outcome).toBe('ok')
    const call = await begin('q2')
    expect(call.request.messages.map(({ content }) => content)).toEqual(['Be kind.', 'Question q2'])
    call.end()
    expect(tab.transcript.find('q1')).toBeDefined()
  })

  test('model: the next answer is by it, and falls back to those after it', async () => {
    const running = await begin('q1')
    expect((await bench.command(session, 'c1', 'model', { model: 'm2' })).outcome).toBe('ok')
    expect((await bench.agent.getSession('u1', { sessionId: session })).model).toBe('m2')
    running.end()
    const call = await begin('q2')
    expect(running.request).toMatchObject({ model: 'm1', fallbacks: ['m2', 'm3'] })
    expect(call.request).toMatchObject({ model: 'm2', fallbacks: ['m3'] })
    call.end()
    await expect(bench.command(session, 'c2', 'model', { model: 'm9' })).rejects.toMatchObject({
      reason: 'INVALID_INPUT',
    })
  })

  test('G5: help is the same each time, and nothing in the log', async () => {
    const help = await bench.command(session, 'c1', 'help')
    expect(help).toMatchObject({ outcome: 'ok', seq: 1 })
    expect(help.content).toContain('/cancel')
    await answer('q1')
    expect(await bench.command(session, 'c1', 'help')).toEqual(help)
    expect(tab.story).not.toContain('command help')
  })

  test.each([
    ['fly', {}, 'name'],
    ['toString', {}, 'name'],
    ['edit', { messageId: 'q1' }, 'args.content'],
    ['edit', { messageId: 'q1', content: '  ' }, 'args.content'],
    ['hold', {}, 'args.messageId'],
    ['clear', { all: true }, 'args.all'],
    ['cancel', { messageId: 7 }, 'args.messageId'],
    ['model', { model: 'm9' }, 'model'],
  ])('`%s` %j is refused with the field `%s`', async (name, args, field) => {
    const refusal = await bench.command(session, 'c1', name, args).catch((cause: unknown) => cause)
    expect(refusal).toMatchObject({
      reason: 'INVALID_INPUT',
      fields: { [field]: expect.any(String) },
    })
    expect(tab.events.filter(({ type }) => type === 'command')).toEqual([])
  })
})

describe('feedback', () => {
  const rate = (id: string, messageId: string, rating: 'up' | 'down' | 'none' = 'up') =>
    bench.agent.feedback('u1', { sessionId: session, id, messageId, rating, comment: 'Yes' })

  test('G5: is kept once by its id, and shows in the conversation', async () => {
    const end = await answer('q1')
    const messageId = end.type === 'response' ? end.messageId : ''
    const [one, two] = await Promise.all([rate('f1', messageId), rate('f1', messageId)])
    expect(two).toEqual(one)
    await expect(rate('f1', messageId, 'down')).rejects.toMatchObject({ reason: 'ID_CONFLICT' })
    const { messages } = await bench.agent.history('u1', { sessionId: session, limit: 9 })
    expect(messages.at(-1)?.rating).toBe('up')
  })

  test('only of an answer that is there', async () => {
    await answer('q1')
    for (const [id, messageId] of [
      ['f1', 'q1'],
      ['f2', 'nobody'],
    ] as const) {
      await expect(rate(id, messageId)).rejects.toMatchObject({ reason: 'MESSAGE_NOT_FOUND' })
    }
  })
})
