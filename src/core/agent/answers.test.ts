/** Which answer counts, and queries that stand for others: what the model is sent, and what people see. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ModelError } from '../errors.ts'
import { Transcript } from '../folds/transcript.ts'
import { type Bench, openBench, round } from '../testing/agent-bench.ts'
import { isEndOf, type Tab } from '../testing/tab.ts'

let bench: Bench
let session: string
let tab: Tab

beforeEach(async () => {
  bench = await openBench()
  session = await bench.create()
  tab = await bench.follow(session)
})
afterEach(() => bench.close())

/** Lets the model give the answer that is being asked for; resolves with its id and what was sent. */
async function give(text: string, finish: 'end' | 'fail' = 'end') {
  const call = await bench.model.call()
  await round()
  const answerId = tab.transcript.queue.running?.answerId ?? ''
  if (text !== '') call.text(text)
  if (finish === 'fail') call.fail(new Error('broken'))
  else call.end()
  await tab.until(
    (event) =>
      (event.type === 'error' && event.answerId === answerId) ||
      (event.type === 'response' && event.messageId === answerId),
  )
  const sent = call.request.messages.slice(1).map(({ content }) => content)
  return { answerId, sent }
}

async function asked(id: string, more: { replaces?: string } = {}) {
  await bench.ask(session, id, more)
  await tab.until(({ type }) => type === 'query')
  return give(`A-${id}`)
}

async function again(id: string, messageId: string, text: string) {
  await bench.command(session, id, 'regenerate', { messageId })
  return give(text)
}

let commands = 0
const choose = (messageId: string) =>
  bench.command(session, `choose${++commands}`, 'choose', { messageId })

describe('choose', () => {
  test('A1: the prompt holds the newest answer, or the one that was chosen', async () => {
    const first = await asked('q1')
    const second = await again('r1', 'q1', 'B-q1')
    expect((await asked('q2')).sent).toEqual(['Question q1', 'B-q1', 'Question q2'])
    expect(await choose(first.answerId)).toMatchObject({ outcome: 'ok' })
    expect((await asked('q3')).sent.slice(0, 2)).toEqual(['Question q1', 'A-q1'])
    expect(tab.transcript.chosenAnswer('q1')?.messageId).toBe(first.answerId)
    expect(tab.transcript.find(first.answerId)).toMatchObject({ chosen: true })
    expect(tab.transcript.find(second.answerId)).not.toHaveProperty('chosen')
    expect(tab.transcript.answersTo('q1').map(({ messageId }) => messageId)).toEqual([
      first.answerId,
      second.answerId,
    ])
    expect(tab.story).toContain('command choose')
  })

  test('A1: a newer answer counts again; one that fails takes nothing from the one before', async () => {
    const first = await asked('q1')
    await again('r1', 'q1', 'B-q1')
    await choose(first.answerId)
    await bench.command(session, 'r2', 'regenerate', { messageId: 'q1' })
    await give('half', 'fail')
    expect(tab.transcript.chosenAnswer('q1')?.content).toBe('A-q1')
    await again('r3', 'q1', 'C-q1')
    expect(tab.transcript.chosenAnswer('q1')?.content).toBe('C-q1')
  })

  test('G5: twice is once; of what cannot count: `not-found`', async () => {
    const first = await asked('q1')
    await again('r1', 'q1', 'B-q1')
    const id = 'c1'
    const args = { messageId: first.answerId }
    const once = await bench.command(session, id, 'choose', args)
    expect(await bench.command(session, id, 'choose', args)).toEqual(once)
    expect(await choose(first.answerId)).toMatchObject({ outcome: 'ok' })
    expect(tab.story.filter((each) => each === 'command choose').length).toBe(1)
    expect(await choose('q1')).toMatchObject({ outcome: 'not-found' })
    expect(await choose('nothing')).toMatchObject({ outcome: 'not-found' })
    await bench.command(session, 'r2', 'regenerate', { messageId: 'q1' })
    const { answerId } = await give('half', 'fail')
    expect(await choose(answerId)).toMatchObject({ outcome: 'not-found' })
  })

  test('A1: who begins with the last page learns of a choice between answers it has and has not', async () => {
    const first = await asked('q1')
    await asked('q2')
    const second = await again('r1', 'q1', 'B-q1')
    const page = await bench.agent.history('u1', { sessionId: session, limit: 1 })
    const reader = new Transcript()
    reader.seed(page, page.lastEventId)
    expect(reader.find(second.answerId)).toMatchObject({ chosen: true })
    await choose(first.answerId)
    const event = await tab.until(({ type, seq }) => type === 'command' && seq > reader.lastSeq)
    reader.apply(event)
    expect(reader.find(second.answerId)).not.toHaveProperty('chosen')
    const before = reader.items[0]?.kind === 'message' ? reader.items[0].message.seq : 0
    reader.prepend(await bench.agent.history('u1', { sessionId: session, before, limit: 50 }))
    expect(reader.items).toEqual(tab.transcript.items)
  })
})

describe('a query that stands for another one', () => {
  test('A2: is asked after what stood before that one; from then on that one and what followed are not sent', async () => {
    await asked('q1')
    await asked('q2')
    await asked('q3')
    expect((await asked('q4', { replaces: 'q2' })).sent).toEqual([
      'Question q1',
      'A-q1',
      'Question q4',
    ])
    expect((await asked('q5')).sent).toEqual([
      'Question q1',
      'A-q1',
      'Question q4',
      'A-q4',
      'Question q5',
    ])
    expect(tab.transcript.find('q4')).toMatchObject({ replaces: 'q2' })
    const marks = ['q1', 'q2', 'q3', 'q4', 'q5'].map((id) => tab.transcript.find(id)?.replacedBy)
    expect(marks).toEqual([undefined, 'q4', 'q4', undefined, undefined])
    // All of it stays in the conversation.
    expect(tab.transcript.items.filter(({ kind }) => kind === 'message').length).toBe(10)
    const { messages } = await bench.agent.history('u1', { sessionId: session, limit: 50 })
    expect(messages).toEqual(
      tab.transcript.items.flatMap((item) => (item.kind === 'message' ? [item.message] : [])),
    )
  })

  test('A2: once more: the one that stands is replaced in its turn', async () => {
    await asked('q1')
    await asked('q2', { replaces: 'q1' })
    expect((await asked('q3', { replaces: 'q2' })).sent).toEqual(['Question q3'])
    expect((await asked('q4')).sent).toEqual(['Question q3', 'A-q3', 'Question q4'])
  })

  test('A3: a new answer to an earlier query is asked for with what stood before it then', async () => {
    await asked('q1')
    await asked('q2')
    await asked('q3', { replaces: 'q2' })
    await asked('q4')
    expect((await again('r1', 'q3', 'B-q3')).sent).toEqual(['Question q1', 'A-q1', 'Question q3'])
    expect((await again('r2', 'q2', 'B-q2')).sent).toEqual(['Question q1', 'A-q1', 'Question q2'])
    expect((await again('r3', 'q1', 'B-q1')).sent).toEqual(['Question q1'])
    expect((await asked('q5')).sent).toEqual([
      'Question q1',
      'B-q1',
      'Question q3',
      'B-q3',
      'Question q4',
      'A-q4',
      'Question q5',
    ])
  })

  test('A2: while it waits nothing is replaced; withdrawn, it never was', async () => {
    await asked('q1')
    await bench.ask(session, 'q2')
    const running = await bench.model.call()
    await bench.ask(session, 'q3', { replaces: 'q1' })
    expect(tab.transcript.find('q1')).not.toHaveProperty('replacedBy')
    await bench.command(session, 'c1', 'cancel', { messageId: 'q3' })
    running.text('A-q2')
    running.end()
    await tab.until(isEndOf('q2'))
    expect((await asked('q4')).sent).toEqual([
      'Question q1',
      'A-q1',
      'Question q2',
      'A-q2',
      'Question q4',
    ])
  })

  test('A2: only what was answered and stands can be replaced', async () => {
    const refused = { reason: 'INVALID_INPUT', fields: { replaces: expect.any(String) } }
    const none = bench.ask(session, 'x1', { replaces: 'nothing' })
    await expect(none).rejects.toMatchObject({ reason: 'MESSAGE_NOT_FOUND' })
    const { answerId } = await asked('q1')
    const answer = bench.ask(session, 'x2', { replaces: answerId })
    await expect(answer).rejects.toMatchObject({ reason: 'MESSAGE_NOT_FOUND' })
    await asked('q2', { replaces: 'q1' })
    await expect(bench.ask(session, 'x3', { replaces: 'q1' })).rejects.toMatchObject(refused)
    await bench.ask(session, 'q3')
    await bench.model.call()
    await expect(bench.ask(session, 'x4', { replaces: 'q3' })).rejects.toMatchObject(refused)
    await bench.ask(session, 'q4')
    await expect(bench.ask(session, 'x5', { replaces: 'q4' })).rejects.toMatchObject(refused)
  })

  test('G5: with another `replaces` the same id is another request', async () => {
    await asked('q1')
    await asked('q2')
    await asked('q3', { replaces: 'q2' })
    const other = bench.ask(session, 'q3', { replaces: 'q1' })
    await expect(other).rejects.toMatchObject({ reason: 'ID_CONFLICT' })
    expect(await bench.ask(session, 'q3', { replaces: 'q2' })).toMatchObject({ state: 'done' })
  })
})

describe('a conversation that is too long for the model', () => {
  const tooLong = new ModelError('CONTEXT_TOO_LONG', 'Too long.', { retryable: false })

  test('M6: is asked once more without its oldest messages, and people are told', async () => {
    for (const id of ['q1', 'q2', 'q3', 'q4']) await asked(id)
    await bench.ask(session, 'q5')
    const first = await bench.model.call()
    first.fail(tooLong)
    const { sent } = await give('A-q5')
    expect(sent).toEqual(['Question q3', 'A-q3', 'Question q4', 'A-q4', 'Question q5'])
    const status = tab.events.find((event) => event.type === 'status' && event.state === 'retrying')
    expect(status?.content).toBe(
      'The conversation is too long for the model. Trying again without its 4 oldest messages...',
    )
    expect(tab.events.find(isEndOf('q5'))).toMatchObject({ content: 'A-q5', attempt: 1 })
  })

  test('M6: is not asked again once it has begun to answer', async () => {
    for (const id of ['q1', 'q2']) await asked(id)
    await bench.ask(session, 'q3')
    const call = await bench.model.call()
    call.text('A beginning ')
    call.fail(tooLong)
    expect(await tab.until(isEndOf('q3'))).toMatchObject({ code: 'CONTEXT_TOO_LONG' })
    expect(bench.model.calls.length).toBe(3)
    expect(tab.transcript.answersTo('q3')).toMatchObject([{ content: 'A beginning ' }])
  })

  test('M6, G7: is an error when half of it is too long as well, and when there is nothing to leave out', async () => {
    for (const id of ['q1', 'q2']) await asked(id)
    await bench.ask(session, 'q3')
    for (let calls = 0; calls < 2; calls++) (await bench.model.call()).fail(tooLong)
    expect(await tab.until(isEndOf('q3'))).toMatchObject({ code: 'CONTEXT_TOO_LONG' })
    await bench.command(session, 'c1', 'clear')
    await bench.ask(session, 'q4')
    ;(await bench.model.call()).fail(tooLong)
    expect(await tab.until(isEndOf('q4'))).toMatchObject({ code: 'CONTEXT_TOO_LONG' })
    expect(bench.model.calls.length).toBe(5)
  })
})
