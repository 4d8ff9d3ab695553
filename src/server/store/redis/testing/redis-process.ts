/**
 * A Redis server of a test's own: a process in a temporary folder, on a free port of 127.0.0.1, that ends with the
 * test. Used by the tests of the `redis` lane, which names the program (`REDIS_SERVER`).
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import { createServer } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { Redis } from 'ioredis'
import { endWithLauncher } from './end-with-launcher.ts'

export interface RedisProcess extends AsyncDisposable {
  readonly port: number
  readonly url: string
  readonly pid: number
  /** A client of the test's own. */
  admin(): Redis
  /** Asks one thing of it: `CONFIG SET maxmemory 1`. */
  ask(...command: string[]): Promise<unknown>
  /** SIGSTOP and SIGCONT. */
  pause(): void
  resume(): void
  /** `kill -9`, and resolves when it is dead. */
  kill(): Promise<void>
  /** SIGTERM, and resolves when it has ended. */
  stop(): Promise<void>
  /** Again, on the same port and the same files. */
  start(): Promise<void>
}

// biome-ignore lint/style/noProcessEnv: of the lane, and not of the server
const program = process.env.REDIS_SERVER ?? 'redis-server'

/** `args` as on its command line: `--appendonly yes`. */
export async function startRedis(args: readonly string[] = []): Promise<RedisProcess> {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'agent-redis-'))
  const port = await freePort()
  let child: ChildProcess | null = null
  const admins = new Set<Redis>()

  async function start(): Promise<void> {
    const own = ['--port', String(port), '--bind', '127.0.0.1', '--dir', dir, '--save', '']
    const opened = spawn(program, [...own, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
    child = opened
    endWithLauncher(opened, dir)
    const said: string[] = []
    for await (const line of createInterface({ input: opened.stdout })) {
      said.push(line)
      if (/ready to accept connections/i.test(line)) {
        opened.stdout.resume()
        return
      }
    }
    throw new Error(`${program} did not start:\n${said.join('\n')}`)
  }

  function signal(name: NodeJS.Signals): ChildProcess {
    if (!child) throw new Error('it does not run')
    child.kill(name)
    return child
  }

  async function end(name: NodeJS.Signals): Promise<void> {
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    signal(name)
    await ended
  }

  const redis: RedisProcess = {
    port,
    url: `redis://127.0.0.1:${port}`,
    get pid() {
      if (!child?.pid) throw new Error('it does not run')
      return child.pid
    },
    admin() {
      const admin = new Redis({ port, host: '127.0.0.1' })
      // It is cut with the server.
      admin.on('error', () => {})
      admins.add(admin)
      return admin
    },
    async ask(name = 'PING', ...rest) {
      const admin = new Redis({ port, host: '127.0.0.1' })
      try {
        return await admin.call(name, ...rest)
      } finally {
        admin.disconnect()
      }
    },
    pause: () => void signal('SIGSTOP'),
    resume: () => void signal('SIGCONT'),
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
    start,
    async [Symbol.asyncDispose]() {
      for (const admin of admins) admin.disconnect()
      await end('SIGKILL')
      fs.rmSync(dir, { recursive: true, force: true })
    },
  }
  try {
    await start()
  } catch (cause) {
    await redis[Symbol.asyncDispose]()
    throw cause
  }
  return redis
}

/** So many nodes as one Cluster; of each master so many replicas are among them. */
export async function startCluster(
  nodes: number,
  { replicas = 0 } = {},
): Promise<AsyncDisposable & { url: string; nodes: RedisProcess[] }> {
  const all = await Promise.all(
    Array.from({ length: nodes }, () =>
      startRedis(['--cluster-enabled', 'yes', '--cluster-node-timeout', '2000']),
    ),
  )
  const names = all.map(({ port }) => `127.0.0.1:${port}`)
  const cli = path.join(path.dirname(program), path.basename(program).replace('server', 'cli'))
  const args = [
    '--cluster',
    'create',
    ...names,
    '--cluster-replicas',
    String(replicas),
    '--cluster-yes',
  ]
  await promisify(execFile)(path.isAbsolute(program) ? cli : 'redis-cli', args)
  return {
    url: `redis+cluster://${names.join(',')}`,
    nodes: all,
    async [Symbol.asyncDispose]() {
      await Promise.all(all.map((node) => node[Symbol.asyncDispose]()))
    },
  }
}

/** A Sentinel that watches a master, and replaces it by its replica as soon as it is gone. */
export async function startSentinel(
  master: RedisProcess,
): Promise<AsyncDisposable & { url: string }> {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'agent-sentinel-'))
  const port = await freePort()
  const file = path.join(dir, 'sentinel.conf')
  const lines = [
    `port ${port}`,
    'bind 127.0.0.1',
    `dir ${dir}`,
    `sentinel monitor main 127.0.0.1 ${master.port} 1`,
    'sentinel down-after-milliseconds main 500',
    'sentinel failover-timeout main 3000',
  ]
  fs.writeFileSync(file, `${lines.join('\n')}\n`)
  const child = spawn(program, [file, '--sentinel'], { stdio: ['ignore', 'pipe', 'inherit'] })
  endWithLauncher(child, dir)
  const ended = once(child, 'exit')
  for await (const line of createInterface({ input: child.stdout })) {
    if (/\+monitor master/.test(line)) break
  }
  child.stdout.resume()
  // Before it knows the replica it has none to choose.
  const sentinel = new Redis({ port, host: '127.0.0.1' })
  while (
    !/master-link-status,ok/.test(String(await sentinel.call('SENTINEL', 'REPLICAS', 'main')))
  ) {
    await sleep(50)
  }
  sentinel.disconnect()
  return {
    url: `redis+sentinel://127.0.0.1:${port}/main`,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await ended
      fs.rmSync(dir, { recursive: true, force: true })
    },
  }
}

/** Below the range that systems take for outgoing connections, and with room for a Cluster's bus, 10,000 above. */
async function freePort(): Promise<number> {
  for (let tries = 0; tries < 100; tries++) {
    const port = 11_000 + Math.floor(Math.random() * 9000)
    const server = createServer()
    server.listen(port, '127.0.0.1')
    try {
      await once(server, 'listening')
    } catch {
      continue
    }
    server.close()
    await once(server, 'close')
    return port
  }
  throw new Error('no free port found')
}
