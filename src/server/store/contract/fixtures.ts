/** Bodies and sessions for the contract suite, and how it waits for what a watcher is told. */
import type { EventBody, LogEvent } from '../../../core/events.ts'
import type { Change, SessionRecord, Store } from '../../../core/ports/store.ts'

export const timestamp = '2026-01-02T03:04:05.678Z'

export function note(content: string): EventBody {
  return { type: 'notification', level: 'info', content, timestamp, data: { of: ['a', 1, null] } }
}

export function query(messageId: string, content = 'hello'): EventBody {
  return { type: 'query', messageId, priority: 'normal', state: 'queued', content, timestamp }
}

export function delta(messageId: string, offset: number, content: string): EventBody {
  return { type: 'delta', messageId, replyTo: 'q', attempt: 1, offset, content, timestamp }
}

export function response(messageId: string, content: string): EventBody {
  return {
    type: 'response',
    messageId,
    replyTo: 'q',
    attempt: 1,
    model: 'm',
    finishReason: 'stop',
    usage: { promptTokens: 3, completionTokens: 4, costUsd: 0.001 },
    content,
    timestamp,
  }
}

export function newRecord(
  sessionId: string,
  overrides: Partial<SessionRecord> = {},
): Omit<SessionRecord, 'lastSeq' | 'controlSeq'> {
  return {
    sessionId,
    userId: 'user',
    title: 'A title',
    model: 'm',
    state: 'idle',
    createdAt: timestamp,
    lastActivity: timestamp,
    epoch: 'e1',
    ...overrides,
  }
}

/** A new session without events. */
export async function createSession(
  store: Store,
  sessionId: string,
  overrides: Partial<SessionRecord> = {},
): Promise<void> {
  await store.createSession({ record: newRecord(sessionId, overrides), events: [] })
}

/** Appends, and fails where nothing was appended. */
export async function append(
  store: Store,
  sessionId: string,
  events: readonly EventBody[],
): Promise<LogEvent[]> {
  const result = await store.append({ sessionId, events })
  if (result.outcome !== 'appended') throw new Error(`not appended: ${result.outcome}`)
  return result.events
}

/** The whole log, by pages. */
export async function readAll(
  store: Store,
  sessionId: string,
  page: { limit: number; maxChars: number } = { limit: 500, maxChars: 1_000_000 },
): Promise<LogEvent[]> {
  const events: LogEvent[] = []
  for (;;) {
    const more = await store.read({ sessionId, after: events.at(-1)?.seq ?? 0, ...page })
    if (more.length === 0) return events
    events.push(...more)
  }
}

export interface Collector {
  readonly events: LogEvent[]
  deleted: boolean
  /** Resolves as soon as `done` holds; it is asked after each change. */
  until(done: (collector: Collector) => boolean): Promise<void>
  stop(): void
}

/** Watches a session and keeps all that it is told. */
export function collect(store: Store, sessionId: string): Collector {
  const checks = new Set<() => void>()
  const collector: Collector = {
    events: [],
    deleted: false,
    until: (done) =>
      new Promise((resolve) => {
        const check = () => {
          if (!done(collector)) return
          checks.delete(check)
          resolve()
        }
        checks.add(check)
        check()
      }),
    stop: store.watch(sessionId, (change: Change) => {
      if (change.kind === 'appended') collector.events.push(...change.events)
      else collector.deleted = true
      for (const check of [...checks]) check()
    }),
  }
  return collector
}
