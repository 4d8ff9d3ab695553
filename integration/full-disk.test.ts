/**
 * A disk without room in the middle of an answer, then room again. The disk is a small file system in
 * memory, which only root may mount (Linux).
 */
import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from './harness/child.ts'
import { newGuest, openClient } from './harness/guest.ts'
import { httpCalls } from './harness/http-calls.ts'
import { readThroughClient, readWholeLog } from './harness/readers.ts'
import { takenBack } from './harness/seen-means-kept.ts'
import { startServer } from './harness/server-process.ts'
import { startSimulator } from './harness/simulator-process.ts'
import { canMountDisks, fillUp, openSmallDisk } from './harness/small-disk.ts'

const storeTest = 'src/server/store/sqlite/full-disk.test.ts'

const canMount = await canMountDisks()

if (canMount) {
  test('G3, G4, G7: a full disk in the middle of an answer: nothing is acknowledged, reading works, and with room again the turn ends', async () => {
    await using disk = await openSmallDisk(6)
    await using simulator = await startSimulator()
    const tokens = Array.from({ length: 60 }, (_, index) => `${index} `.padEnd(2000, 'word '))
    const pace = { firstTokenMs: 0, tokensPerSecond: 0 }
    await simulator.next({ tokens, hold: 5, pace })
    await simulator.always({ text: 'Fine.', pace })
    const dataDir = join(disk.path, 'data')
    const filler = join(disk.path, 'filler')
    const env = { OPENROUTER_BASE_URL: simulator.url }
    await using server = await startServer({ dataDir, env })
    const { token } = await newGuest(server.url)
    const calls = httpCalls(server.url, token)
    await using mine = openClient({ url: server.wsUrl, token: () => token })
    const session = await mine.client.sessions.create()
    using reader = readThroughClient(session)
    const { sessionId } = session
    const id = crypto.randomUUID()
    await session.send('Go', { id })
    await simulator.held(1)
    const begun = tokens.slice(0, 5).join('')
    await reader.log.until(({ type }) => type === 'delta' && textOf(reader) === begun)

    await fillUp(filler)
    await simulator.release(1)
    await simulator.finished(1)
    await server.child.said('stderr', /the store cannot write/)
    // Nothing is acknowledged that is not there.
    const refusedId = crypto.randomUUID()
    const body = { sessionId, id: refusedId, content: 'A question on a full disk '.repeat(100) }
    const refused = await calls.mutate('agent.query', body)
    expect(refused.status).toBe(503)
    expect(refused.body).toContain('"reason":"STORE_UNAVAILABLE"')
    // Reading works.
    expect((await calls.query('session.get', { sessionId })).status).toBe(200)
    const history = await calls.query('session.history', { sessionId })
    expect(history.body).toContain(begun)
    const full = await readWholeLog(session)
    expect(takenBack(reader.log.events, full)).toEqual([])
    expect(full.ends().size).toBe(0)
    expect(full.events.filter(({ type }) => type === 'query')).toHaveLength(1)
    // What is asked now waits in the outbox.
    const waitingId = crypto.randomUUID()
    const waiting = session.send('When there is room', { id: waitingId })

    await rm(filler)
    const whole = { type: 'response', attempt: 1, content: tokens.join('') }
    expect(await reader.log.end(id)).toMatchObject(whole)
    await waiting
    expect(await reader.log.end(waitingId)).toMatchObject({ content: 'Fine.' })
    await server.child.said('stderr', /the store writes again/)
    const again = await calls.mutate('agent.query', body)
    expect(again.status).toBe(200)
    expect(await reader.log.end(refusedId)).toMatchObject({ content: 'Fine.' })

    // And all of it is there after a crash.
    const log = await readWholeLog(session)
    for (const ends of log.ends().values()) expect(ends).toHaveLength(1)
    await server.kill()
    await using next = await startServer({ dataDir, port: server.port, env })
    await using later = openClient({ url: next.wsUrl, token: () => token })
    const kept = await readWholeLog(later.client.session(sessionId))
    expect(kept.items).toEqual(log.items)
  })
} else {
  test(`a full disk: not tried here, for only root may mount a small one; ${storeTest} shows it on the store`, () => {
    expect(existsSync(join(root, storeTest))).toBe(true)
  })
}

function textOf({ log }: ReturnType<typeof readThroughClient>): string {
  const item = log.items.findLast((it) => it.kind === 'message')
  return item?.kind === 'message' && item.message.role === 'assistant' ? item.message.content : ''
}
