/** Backup and restore of the embedded store, as docs/operating.md says, while the server writes. */
import { readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { SessionEvent } from '../src/client/index.ts'
import { Child, root } from './harness/child.ts'
import { EventLog } from './harness/event-log.ts'
import { newGuest, openClient } from './harness/guest.ts'
import { readThroughClient, readWholeLog } from './harness/readers.ts'
import { takenBack } from './harness/seen-means-kept.ts'
import { startServer } from './harness/server-process.ts'
import { startSimulator } from './harness/simulator-process.ts'
import { openTempFolder } from './harness/temp-folder.ts'

const cli = join(root, 'src/cli/main.ts')
/** A copy has epochs of its own: what is compared is everything else. */
const inOneEpoch = (event: SessionEvent): SessionEvent => ({
  ...event,
  id: event.id.replace(/^[^-]*/, 'e'),
})

function logInOneEpoch({ events }: EventLog): EventLog {
  const log = new EventLog()
  for (const event of events) log.add(inOneEpoch(event))
  return log
}

const pace = { firstTokenMs: 0, tokensPerSecond: 0 }

test('D6, D7: a backup made in the middle of answers has all that was seen before it, and a server goes on from it', async () => {
  await using folder = await openTempFolder()
  await using simulator = await startSimulator()
  const env = { OPENROUTER_BASE_URL: simulator.url }
  const dataDir = join(folder.path, 'data')
  const copy = join(folder.path, 'copy')
  await using server = await startServer({ dataDir, env })
  const { token } = await newGuest(server.url)
  await using mine = openClient({ url: server.wsUrl, token: () => token })
  const done = await mine.client.sessions.create()
  using doneReader = readThroughClient(done)
  await simulator.next({ tokens: ['All ', 'of ', 'it.'], pace })
  await doneReader.log.end((await done.send('First')).messageId)

  // One that is being written while the copy is made.
  const cut = await mine.client.sessions.create()
  using cutReader = readThroughClient(cut)
  const tokens = Array.from({ length: 400 }, (_, index) => `part-${index} `)
  await simulator.next({ tokens, pace: { firstTokenMs: 0, tokensPerSecond: 100 } })
  const cutId = (await cut.send('Second')).messageId
  await cutReader.log.until(({ type }) => type === 'delta')
  const seen = { done: [...doneReader.log.events], cut: [...cutReader.log.events] }
  await using backup = new Child([cli, 'backup', copy], { DATA_DIR: dataDir })
  expect(await backup.ended).toMatchObject({ code: 0, stderr: '' })
  expect(cutReader.log.ends().has(cutId)).toBe(false)
  for (const name of ['.', ...(await readdir(copy))]) {
    expect((await stat(join(copy, name))).mode & 0o077, name).toBe(0)
  }

  await simulator.always({ text: 'Again, from the beginning.', pace })
  await using restored = await startServer({ dataDir: copy, env })
  // The same secret: the same guest, with the token from before.
  await using again = openClient({ url: restored.wsUrl, token: () => token })
  const whole = await readWholeLog(again.client.session(done.sessionId))
  expect(takenBack(seen.done.map(inOneEpoch), logInOneEpoch(whole))).toEqual([])
  const resumed = again.client.session(cut.sessionId)
  using resumedReader = readThroughClient(resumed)
  const end = await resumedReader.log.end(cutId)
  expect(end).toMatchObject({ type: 'response', content: 'Again, from the beginning.', attempt: 2 })
  const resumedWhole = await readWholeLog(resumed)
  expect(takenBack(seen.cut.map(inOneEpoch), logInOneEpoch(resumedWhole))).toEqual([])
  // The first one never noticed.
  expect(await cutReader.log.end(cutId)).toMatchObject({ content: tokens.join(''), attempt: 1 })
  // A reader that comes from there with a cursor that the copy has grown past meanwhile is told so.
  const { lastEventId } = cutReader.log
  while (Number((await resumed.get()).lastEventId.split('-')[1]) <= cutReader.log.lastSeq) {
    await resumedReader.log.end((await resumed.send('Further')).messageId)
  }
  using late = readThroughClient(resumed, lastEventId ?? '')
  expect(await late.log.until(() => true)).toMatchObject({ type: 'reset', reason: 'new-epoch' })
})

test('a backup says what keeps it from its work, and overwrites nothing', async () => {
  await using folder = await openTempFolder()
  const nothing = join(folder.path, 'nothing')
  await using none = new Child([cli, 'backup', join(folder.path, 'copy')], { DATA_DIR: nothing })
  expect(await none.ended).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('no agent.db'),
  })
  await using server = await startServer({ dataDir: join(folder.path, 'data') })
  await writeFile(join(folder.path, 'mine'), 'kept')
  await using full = new Child([cli, 'backup', folder.path], {
    DATA_DIR: join(folder.path, 'data'),
  })
  expect(await full.ended).toMatchObject({ code: 1, stderr: expect.stringContaining('not empty') })
  expect((await server.stop()).code).toBe(0)
})
