/** Servers of two versions on one store: the older one goes on with what the newer one wrote. */
import { expect, test } from 'vitest'
import type { EventBody } from '../events.ts'
import type { Store } from '../ports/store.ts'
import { readLogEvent } from '../read-log-event.ts'
import { openBench } from '../testing/agent-bench.ts'

/** As stores that are shared have it: what others commit is read, and not handed over. */
function shared(store: Store): Store {
  return {
    ...store,
    watch: (sessionId, listener) =>
      store.watch(sessionId, (change) =>
        listener(
          change.kind === 'appended'
            ? { kind: 'appended', events: change.events.map(readLogEvent) }
            : change,
        ),
      ),
  }
}

/** What only a newer version writes. */
function future(fields: Record<string, unknown>): EventBody {
  const body: unknown = { content: 'Later', timestamp: '2030-01-01T00:00:00.000Z', ...fields }
  return body as EventBody
}

test('V1: events of a newer version stop nobody: readers get the rest, queries are answered', async () => {
  await using bench = disposable(await openBench({ wrap: shared }))
  const sessionId = await bench.create()
  const tab = await bench.follow(sessionId)
  const newer = [
    future({ type: 'weather', sky: 'clear' }),
    future({ type: 'status', state: 'dreaming' }),
  ]
  await bench.store.append({ sessionId, events: newer })
  await bench.ask(sessionId, 'q1')
  const call = await bench.model.call()
  call.text('Yes')
  call.end()
  await tab.until((event) => event.type === 'response')
  const numbers = tab.events.map(({ seq }) => seq)
  expect(numbers).toEqual([...new Set(numbers)].toSorted((a, b) => a - b))
  expect(tab.events.filter(({ type }) => type === 'unknown')).toHaveLength(2)

  // A server that reads all of it anew.
  const other = bench.another()
  const { messages } = await other.agent.history('u1', { sessionId, limit: 50 })
  expect(messages.map(({ content }) => content)).toEqual(['Question q1', 'Yes'])
  await other.agent.updateSession('u1', { sessionId, title: 'Still ours' })
  expect((await other.agent.getSession('u1', { sessionId })).title).toBe('Still ours')
})

test('V2: a turn that a newer version ended is not answered again', async () => {
  await using bench = disposable(await openBench({ wrap: shared }))
  const sessionId = await bench.create()
  const turn = { messageId: 'q1', answerId: 'a1', attempt: 1 }
  const told = { messageId: 'a1', replyTo: 'q1', attempt: 1, model: 'm1' }
  await bench.store.append({
    sessionId,
    summary: { state: 'running' },
    events: [
      future({ type: 'query', messageId: 'q1', priority: 'normal', state: 'queued' }),
      future({ type: 'status', state: 'thinking', ...turn }),
      future({ type: 'response', ...told, finishReason: 'tool_calls', content: 'Done.' }),
    ],
  })
  await bench.agent.recover()
  await bench.ask(sessionId, 'q2')
  const call = await bench.model.call()
  expect(call.request.messages.map(({ content }) => content)).toEqual([
    'Be kind.',
    'Later',
    'Done.',
    'Question q2',
  ])
})

function disposable<T extends { close(): Promise<void> }>(opened: T): T & AsyncDisposable {
  return Object.assign(opened, { [Symbol.asyncDispose]: () => opened.close() })
}
