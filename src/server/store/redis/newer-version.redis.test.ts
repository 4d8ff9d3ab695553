/** Servers of two versions on one Redis: what the newer one appends reaches the older one, which goes on. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { EventBody } from '../../../core/events.ts'
import { append, collect, createSession, note, readAll } from '../contract/fixtures.ts'
import { type RedisProcess, startRedis } from './testing/redis-process.ts'
import { openStore } from './testing/redis-under-test.ts'

let opened: AsyncDisposableStack
let redis: RedisProcess
beforeEach(async () => {
  opened = new AsyncDisposableStack()
  redis = opened.use(await startRedis())
})
afterEach(() => opened.disposeAsync())

/** What only a newer version writes. */
function future(fields: Record<string, unknown>): EventBody {
  const body: unknown = { content: 'Later', timestamp: '2030-01-01T00:00:00.000Z', ...fields }
  return body as EventBody
}

test('V1, V2: what a newer server appends keeps its numbers at an older one, which appends after it', async () => {
  const newer = opened.use(await openStore(redis.url, { prefix: 'v' })).store
  const older = opened.use(await openStore(redis.url, { prefix: 'v' })).store
  await createSession(newer, 's1')
  const heard = collect(older, 's1')
  // From the moment that it hears the first of them on, it has to hear all.
  while (heard.events.length === 0) await append(newer, 's1', [note('heard?')])
  const first = (await older.getSession('s1'))?.lastSeq ?? 0
  const told = { messageId: 'a1', replyTo: 'q1', attempt: 1, model: 'm1' }
  await append(newer, 's1', [
    future({ type: 'weather', sky: 'clear' }),
    future({ type: 'status', state: 'dreaming' }),
    future({ type: 'response', ...told, finishReason: 'tool_calls' }),
    future({ ...note('known'), mood: 'new' }),
  ])
  const after = await older.append({
    sessionId: 's1',
    events: [note('of the older one')],
    // Counted as the newer one counts them: else an older server would try for ever.
    ifControlSeq: first + 4,
  })
  expect(after).toMatchObject({ outcome: 'appended', events: [{ seq: first + 5 }] })
  const kinds = ['unknown', 'unknown', 'response', 'notification', 'notification']
  const read = (await readAll(older, 's1')).filter(({ seq }) => seq > first)
  expect(read.map(({ type }) => type)).toEqual(kinds)
  expect(read.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5].map((more) => first + more))
  expect(read[2]).toMatchObject({ finishReason: 'stop', messageId: 'a1' })
  expect(read[3]).not.toHaveProperty('mood')
  await heard.until(({ events }) => events.at(-1)?.seq === first + 5)
  const hears = heard.events.filter(({ seq }) => seq > first)
  expect(hears.map(({ type }) => type)).toEqual(kinds)
  // And what the older one appended is told to the newer one, whole.
  expect((await readAll(newer, 's1')).at(-1)).toMatchObject({ content: 'of the older one' })
})
