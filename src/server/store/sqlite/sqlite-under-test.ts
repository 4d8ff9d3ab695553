/** SQLite stores in folders of their own, for tests. */
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { Logger } from '../../../core/ports/log.ts'
import type { StoreUnderTest } from '../store-contract.ts'
import { openSqliteStore, type SqliteStoreOptions } from './sqlite-store.ts'

export interface LogLine {
  level: 'info' | 'warn' | 'error'
  fields: Record<string, unknown>
  message: string
}

/** A log that a test can read. */
export function recordingLog(): Logger & { lines: LogLine[] } {
  const lines: LogLine[] = []
  const at = (level: LogLine['level']) => (fields: Record<string, unknown>, message: string) => {
    lines.push({ level, fields, message })
  }
  return { lines, info: at('info'), warn: at('warn'), error: at('error') }
}

/** A folder that is removed by `dispose`. */
export function temporaryDir(): { dataDir: string; dispose: () => void } {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'agent-store-'))
  return {
    dataDir: path.join(root, 'data'),
    dispose: () => fs.rmSync(root, { recursive: true, force: true }),
  }
}

export async function openSqliteUnderTest(
  options: Omit<Partial<SqliteStoreOptions>, 'dataDir' | 'monotonicMs'> = {},
): Promise<StoreUnderTest & { dataDir: string; lines: LogLine[] }> {
  const { dataDir, dispose } = temporaryDir()
  const log = recordingLog()
  let now = 0
  const open = () => openSqliteStore({ log, ...options, dataDir, monotonicMs: () => now })
  const subject = {
    dataDir,
    lines: log.lines,
    store: open(),
    async reopen() {
      await subject.store.close()
      subject.store = open()
    },
    async elapse(ms: number) {
      now += ms
    },
    async dispose() {
      await subject.store.close()
      dispose()
    },
  }
  return subject
}
