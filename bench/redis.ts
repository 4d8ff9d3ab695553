/**
 * The Redis of a run: a process of its own on a free port of 127.0.0.1, with an append-only file, as docs/operating.md
 * recommends. Used by the subjects that share one.
 */
import { rmSync } from 'node:fs'
import { mkdir, mkdtemp } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Redis } from 'ioredis'
import { setUpRedis } from '../scripts/setup-redis.ts'
import type { Processes } from './processes.ts'

export interface BenchRedis {
  pid: number
  url: string
  /** Bytes that its data takes now, with what belongs to them. */
  usedBytes(): Promise<number>
  /** Rejects when it ends by itself. */
  failed: Promise<never>
  close(): Promise<void>
}

export async function openBenchRedis(processes: Processes): Promise<BenchRedis> {
  const parent = fileURLToPath(new URL('../node_modules/.cache/bench/', import.meta.url))
  await mkdir(parent, { recursive: true })
  const dir = await mkdtemp(join(parent, 'redis-'))
  const remove = () => rmSync(dir, { recursive: true, force: true, maxRetries: 3 })
  const callOff = processes.onBreakOff(remove)
  const port = await freePort()
  const where = ['--port', String(port), '--bind', '127.0.0.1', '--dir', dir]
  const keeps = ['--save', '', '--appendonly', 'yes', '--appendfsync', 'everysec']
  const child = processes.run(setUpRedis(), [...where, ...keeps])
  // It asks again until Redis listens.
  const client = new Redis({
    host: '127.0.0.1',
    port,
    retryStrategy: () => 50,
    maxRetriesPerRequest: null,
  })
  client.on('error', () => undefined)
  const close = async () => {
    client.disconnect()
    await child.end()
    callOff()
    remove()
  }
  try {
    await Promise.race([client.ping(), child.failed])
  } catch (cause) {
    await close()
    throw cause
  }
  return {
    pid: child.pid,
    url: `redis://127.0.0.1:${port}`,
    failed: child.failed,
    close,
    async usedBytes() {
      const info = await client.info('memory')
      return Number(/^used_memory:(\d+)/m.exec(info)?.[1] ?? Number.NaN)
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no free port')
  return address.port
}
