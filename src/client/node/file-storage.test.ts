/** The outbox on disk: alone, and as the client uses it. */
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { OutboxEntry } from '../outbox-entry.ts'
import { openRig } from '../testing/rig.ts'
import { fileStorage } from './file-storage.ts'

let folder: string
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'agent-outbox-')), 'deep', 'outbox')
})
afterEach(() => rm(join(folder, '../..'), { recursive: true, force: true }))

function entry(content: string): OutboxEntry {
  const id = crypto.randomUUID()
  const input = { sessionId: 's', id, content, priority: 'normal' } as const
  return { id, order: Date.now(), kind: 'query', input }
}

test('fileStorage: what was put is there for the next, until it is removed', async () => {
  const [first, second] = [entry('one'), entry('two')]
  const storage = fileStorage(folder)
  expect(await storage.load()).toEqual([])
  await Promise.all([storage.put(first), storage.put(second)])
  const refused = { ...second, refused: { reason: 'INVALID_INPUT', message: 'No.' } }
  await storage.put(refused)
  const found = await fileStorage(folder).load()
  expect(found).toHaveLength(2)
  expect(found).toEqual(expect.arrayContaining([first, refused]))
  await storage.remove(first.id)
  await storage.remove(first.id)
  expect(await fileStorage(folder).load()).toEqual([refused])
})

test('fileStorage: changes of one entry happen in the order in which they were asked for', async () => {
  const storage = fileStorage(folder)
  const one = entry('one')
  for (let round = 0; round < 50; round++) {
    void storage.put(one)
    void storage.put({ ...one, order: round })
    await storage.remove(one.id)
  }
  expect(await storage.load()).toEqual([])
  expect(await readdir(folder)).toEqual([])
})

test('fileStorage: programs that share a folder overwrite nothing of each other’s', async () => {
  const storages = [fileStorage(folder), fileStorage(folder), fileStorage(folder)]
  const entries = Array.from({ length: 30 }, (_, place) => entry(`${place}`))
  await Promise.all(entries.map((one, place) => storages[place % 3]?.put(one)))
  expect(new Set(await fileStorage(folder).load())).toEqual(new Set(entries))
})

test('fileStorage: only the owner may read it, and what is no entry is left out', async () => {
  const storage = fileStorage(folder)
  const one = entry('one')
  await storage.put(one)
  await writeFile(join(folder, 'other.json'), '{ "kind": "query" }')
  await writeFile(join(folder, `${one.id}.json.unfinished`), '{')
  expect(await storage.load()).toEqual([one])
  expect((await stat(folder)).mode & 0o777).toBe(0o700)
  expect((await stat(join(folder, `${one.id}.json`))).mode & 0o777).toBe(0o600)
})

test('Z4: what a program could not send is sent by the next one, once', async () => {
  await using rig = await openRig()
  const agent = rig.client()
  const session = await agent.sessions.create()
  await agent.close()

  const put = Promise.withResolvers<void>()
  const storage = fileStorage(folder)
  const offline = rig.client({
    // It never gets as far as a connection.
    token: () => new Promise<string>(() => {}),
    outbox: { ...storage, put: async (one) => put.resolve(storage.put(one)) },
  })
  const sent = offline.session(session.sessionId).send('Left behind')
  sent.catch(() => {})
  await put.promise
  await offline.close()
  await expect(sent).rejects.toMatchObject({ reason: 'CLOSED' })

  rig.simulator.next({ text: 'Found' })
  const removed = Promise.withResolvers<void>()
  const kept = fileStorage(folder)
  const next = rig.client({
    outbox: { ...kept, remove: async (id) => removed.resolve(kept.remove(id)) },
  })
  await next.info()
  for await (const event of next.session(session.sessionId).events()) {
    if (event.type === 'response') break
  }
  const { messages } = await next.sessions.history(session.sessionId)
  expect(messages.map(({ content }) => content)).toEqual(['Left behind', 'Found'])
  await removed.promise
  expect(await fileStorage(folder).load()).toEqual([])
})
