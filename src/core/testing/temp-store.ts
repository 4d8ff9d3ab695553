/** The real embedded store in a folder of its own, which goes with it. Used by the core's tests. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { openSqliteStore } from '../../server/store/sqlite/sqlite-store.ts'
import type { EventBody, LogEvent } from '../events.ts'
import type { Logger } from '../ports/log.ts'
import type { Store } from '../ports/store.ts'

export const silent: Logger = { info() {}, warn() {}, error() {} }

/** `monotonicMs` is the clock of its leases. Close it. */
export async function openTempStore(
  options: { monotonicMs?: () => number } = {},
): Promise<{ store: Store; close: () => Promise<void> }> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'agent-core-'))
  const store = openSqliteStore({ dataDir, log: silent, ...options })
  const close = async () => {
    await store.close()
    await rm(dataDir, { recursive: true })
  }
  return { store, close }
}

/** A session whose log begins with these events. */
export async function createLog(
  store: Store,
  sessionId: string,
  events: readonly EventBody[] = [],
): Promise<void> {
  const at = '2026-01-01T00:00:00.000Z'
  const summary = { title: 'T', model: 'm', state: 'idle', lastActivity: at } as const
  const record = { sessionId, userId: 'u1', createdAt: at, epoch: 'e1', ...summary }
  await store.createSession({ record, events })
}

/** An event as it was before a log numbered it. */
export function bodyOf({
  id: _id,
  seq: _seq,
  sessionId: _sessionId,
  ...body
}: LogEvent): EventBody {
  if (body.type === 'unknown') throw new Error('nobody writes what it does not know')
  return body
}
