/** G3, G4: what a process showed or acknowledged is there after `kill -9`. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { expect, onTestFinished, test } from 'vitest'
import type { LogEvent } from '../../../core/events.ts'
import type { Store } from '../../../core/ports/store.ts'
import { append, note, readAll } from '../contract/fixtures.ts'
import { DataDirInUseError } from './data-dir.ts'
import { openSqliteStore } from './sqlite-store.ts'
import { recordingLog, temporaryDir } from './sqlite-under-test.ts'

const program = path.join(import.meta.dirname, 'killed-appender.ts')

/** Runs the appender until it has printed `lines` lines, kills it, and gives all that it printed. */
async function killAfter(lines: number, dataDir: string, run: string): Promise<string[]> {
  const child = spawn(process.execPath, [program, dataDir, run], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const closed = once(child, 'close')
  const printed: string[] = []
  for await (const line of createInterface({ input: child.stdout })) {
    printed.push(line)
    if (printed.length === lines) {
      // While it lives, nobody else gets the folder.
      expect(() => openSqliteStore({ dataDir, log: recordingLog() })).toThrow(DataDirInUseError)
      child.kill('SIGKILL')
    }
  }
  await closed
  return printed
}

/** How many numbers are missing in the log. */
function holes(log: LogEvent[]): number {
  let missing = 0
  for (const [index, event] of log.entries()) {
    missing += event.seq - (log[index - 1]?.seq ?? 0) - 1
  }
  return missing
}

async function check(store: Store, printed: string[], when: string): Promise<void> {
  const logs = new Map<string, Map<number, LogEvent>>()
  for (const line of printed) {
    const [, sessionId = '', number, type] = line.split(' ')
    let log = logs.get(sessionId)
    if (!log) {
      const events = await readAll(store, sessionId)
      log = new Map(events.map((event) => [event.seq, event]))
      logs.set(sessionId, log)
      // Answers that ended have no deltas any more; no other number may be missing.
      const ended = events.filter((event) => event.type === 'response')
      const compacted = ended.reduce((sum, event) => sum + event.content.length, 0)
      expect([sessionId, holes(events)], when).toEqual([sessionId, compacted])
    }
    const kept = log.get(Number(number))
    if (kept) expect([line, kept.type], when).toEqual([line, type])
    else expect([line, type], when).toEqual([line, 'delta'])
  }
}

test('G3, G4: kill -9 takes back nothing that was told or acknowledged, and frees the folder', async () => {
  const { dataDir, dispose } = temporaryDir()
  onTestFinished(dispose)
  for (let run = 0; run < 6; run += 1) {
    const lines = 100 + Math.floor(Math.random() * 3000)
    const printed = await killAfter(lines, dataDir, `run${run}`)
    expect(printed.length).toBeGreaterThanOrEqual(lines)
    const store = openSqliteStore({ dataDir, log: recordingLog() })
    try {
      await check(store, printed, `killed after ${lines} lines`)
      const before = await store.getSession(`run${run}-0`)
      const [next] = await append(store, `run${run}-0`, [note('after the crash')])
      expect(next?.seq).toBe((before?.lastSeq ?? 0) + 1)
    } finally {
      await store.close()
    }
  }
})
