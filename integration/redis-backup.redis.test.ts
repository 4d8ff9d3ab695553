/** Backup and restore of Redis, as docs/operating.md says, while servers write and people read. */
import { cp, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { startRedis } from '../src/server/store/redis/testing/redis-process.ts'
import { Child, root } from './harness/child.ts'
import { newGuest, openClient } from './harness/guest.ts'
import { readThroughClient, readWholeLog } from './harness/readers.ts'
import { openSharedServers, type SharedServers } from './harness/shared-servers.ts'
import { openTempFolder } from './harness/temp-folder.ts'

const pace = { firstTokenMs: 0, tokensPerSecond: 0 }
const tokens = ['All ', 'of ', 'it.']

async function folderOf({ redis }: SharedServers): Promise<string> {
  const [, dir] = z.tuple([z.string(), z.string()]).parse(await redis.ask('CONFIG', 'GET', 'dir'))
  return dir
}

/** A snapshot, whole, as it was at one moment while everything went on. */
async function takeSnapshot({ redis }: SharedServers, from: string, to: string): Promise<void> {
  await mkdir(to)
  await redis.ask('BGSAVE')
  while (/rdb_bgsave_in_progress:1/.test(String(await redis.ask('INFO', 'persistence')))) {
    await sleep(20)
  }
  await cp(join(from, 'dump.rdb'), join(to, 'dump.rdb'))
}

/** The append-only files, while Redis must not rewrite them. */
async function takeAppendOnly({ redis }: SharedServers, from: string, to: string): Promise<void> {
  await mkdir(to)
  await redis.ask('CONFIG', 'SET', 'auto-aof-rewrite-percentage', '0')
  while (/aof_rewrite_in_progress:1/.test(String(await redis.ask('INFO', 'persistence')))) {
    await sleep(20)
  }
  await cp(join(from, 'appendonlydir'), join(to, 'appendonlydir'), { recursive: true })
  await redis.ask('CONFIG', 'SET', 'auto-aof-rewrite-percentage', '100')
}

test.each([
  ['a snapshot', takeSnapshot, ['--appendonly', 'no']],
  ['append-only files', takeAppendOnly, ['--appendonly', 'yes']],
] as const)(
  'D6, D7: %s taken under load, put back: what was acknowledged before it is there, and all come back',
  async (_, take, args) => {
    await using shared = await openSharedServers()
    await using folder = await openTempFolder()
    const server = await shared.start()
    const { token } = await newGuest(server.url)
    await using mine = openClient({ url: server.wsUrl, token: () => token })
    await shared.simulator.always({ tokens, pace })
    const kept = await mine.client.sessions.create({ title: 'Kept' })
    using keptReader = readThroughClient(kept)
    const before = (await kept.send('Before')).messageId
    await keptReader.log.end(before)

    // Another session streams all the while.
    const busy = await mine.client.sessions.create({ title: 'Busy' })
    using busyReader = readThroughClient(busy)
    const long = Array.from({ length: 300 }, (__, index) => `part-${index} `)
    await shared.simulator.next({ tokens: long, pace: { firstTokenMs: 0, tokensPerSecond: 100 } })
    const streamed = (await busy.send('At length')).messageId
    await busyReader.log.until(({ type }) => type === 'delta')
    const copy = join(folder.path, 'copy')
    await take(shared, await folderOf(shared), copy)

    // What comes after the copy will be gone; the reader has seen it.
    const after = (await kept.send('After')).messageId
    await keptReader.log.end(after)
    await shared.simulator.always({ tokens: ['Another.'], pace })
    const seen = { id: keptReader.log.lastEventId ?? '', seq: keptReader.log.lastSeq }
    expect((await server.stop()).code).toBe(0)
    await shared.redis.stop()

    const port = String(shared.redis.port)
    await using _restored = await startRedis([...args, '--port', port, '--dir', copy])
    await shared.redis.ask('CONFIG', 'SET', 'appendonly', 'yes')
    await using command = new Child([join(root, 'src/cli/main.ts'), 'restored'], {
      REDIS_URL: shared.redis.url,
      AUTH_SECRET: 'of all servers of this test '.repeat(2),
    })
    expect(await command.ended).toMatchObject({ code: 0, stdout: expect.stringContaining('2') })

    const again = await shared.start()
    await using back = openClient({ url: again.wsUrl, token: () => token })
    const session = back.client.session(kept.sessionId)
    const whole = await readWholeLog(session)
    expect(await whole.end(before)).toMatchObject({ content: tokens.join('') })
    expect(whole.ends().has(after)).toBe(false)
    // The answer that ran is answered anew.
    const busyAgain = back.client.session(busy.sessionId)
    using busyAfter = readThroughClient(busyAgain)
    expect(await busyAfter.log.end(streamed)).toMatchObject({ content: 'Another.', attempt: 2 })
    // The log grows past where the old reader stood: it is told all the same.
    using grower = readThroughClient(session)
    while (grower.log.lastSeq <= seen.seq) {
      await grower.log.end((await session.send('Further')).messageId)
    }
    using late = readThroughClient(session, seen.id)
    expect(await late.log.until(() => true)).toMatchObject({ type: 'reset' })
    await late.log.reached(grower.log.lastSeq)
    expect(late.log.items).toEqual(grower.log.items)
    expect((await again.stop()).code).toBe(0)
  },
)
