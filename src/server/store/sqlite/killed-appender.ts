/**
 * A process that appends until it is killed, for `kill.test.ts`: `node killed-appender.ts <data folder>
 * <run>`. It prints one line for each event that a watcher was told or an append acknowledged.
 */
import fs from 'node:fs'
import { append, createSession, delta, note, response } from '../contract/fixtures.ts'
import { openSqliteStore } from './sqlite-store.ts'

const [dataDir, run] = process.argv.slice(2)
if (!dataDir || !run) throw new Error('usage: killed-appender.ts <data folder> <run>')

const log = { info() {}, warn() {}, error() {} }
// A small journal, so that the kill hits settling too.
const store = openSqliteStore({ dataDir, log, journalLimits: { deltas: 40, chars: 4000 } })

function print(what: string, sessionId: string, seq: number, type: string): void {
  // Synchronous: what is printed has left the process.
  fs.writeSync(1, `${what} ${sessionId} ${seq} ${type}\n`)
}

async function converse(sessionId: string): Promise<never> {
  await createSession(store, sessionId)
  store.watch(sessionId, (change) => {
    if (change.kind !== 'appended') return
    for (const event of change.events) print('told', sessionId, event.seq, event.type)
  })
  for (let turn = 1; ; turn += 1) {
    const answer = `answer-${turn}`
    const told = await append(store, sessionId, [note('a turn begins')])
    for (let offset = 0; offset < turn * 3; offset += 1) {
      told.push(...(await append(store, sessionId, [delta(answer, offset, '.')])))
    }
    for (const event of told) print('acknowledged', sessionId, event.seq, event.type)
    const events = [response(answer, '.'.repeat(turn * 3))]
    await store.append({ sessionId, events, compact: { messageId: answer } })
  }
}

await Promise.all(Array.from({ length: 8 }, (_, index) => converse(`${run}-${index}`)))
