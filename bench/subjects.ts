/**
 * What is compared, each as processes of its own. All ask the same model server, and answer on free ports
 * of 127.0.0.1.
 */
import { rmSync } from 'node:fs'
import { mkdir, mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { serverNodeArgs } from '../scripts/server-node-args.ts'
import type { Processes, StartOptions } from './processes.ts'
import { type BenchRedis, openBenchRedis } from './redis.ts'
import { remote } from './rpc.ts'

export const subjectNames = ['ours', 'relay', 'emitter', 'redis-1', 'redis-2', 'redis-3'] as const
export type SubjectName = (typeof subjectNames)[number]

export const subjectTitles: Record<SubjectName, string> = {
  ours: 'ours',
  relay: 'bare ws relay',
  emitter: 'tRPC on(emitter)',
  'redis-1': '1 server on Redis',
  'redis-2': '2 servers on Redis',
  'redis-3': '3 servers on Redis',
}

/** One process each. */
export const peers: readonly SubjectName[] = ['ours', 'relay', 'emitter']
/** Ours on one data folder, and on a Redis. */
export const stores: readonly SubjectName[] = ['ours', 'redis-1', 'redis-2', 'redis-3']

export interface Subject {
  /** Of the process, or of the first of them. */
  pid: number
  /** Of all its servers. */
  pids: readonly number[]
  ports: readonly number[]
  /** What they share, where they do. */
  redis: BenchRedis | null
  /** Rejects when a process ends by itself. */
  failed: Promise<never>
  close(): Promise<void>
}

export interface SubjectInput {
  processes: Processes
  modelPort: number
  nodeArgs: readonly string[]
  /** Whether ours has its limits, as the contract has them; a peer has none. */
  limited?: boolean
}

export function openSubject(name: SubjectName, input: SubjectInput): Promise<Subject> {
  switch (name) {
    case 'ours':
      return openOurs(input)
    case 'relay':
      return openPeer('peers/bare-relay.ts', input)
    case 'emitter':
      return openPeer('peers/trpc-emitter.ts', input)
    case 'redis-1':
      return openShared(1, input)
    case 'redis-2':
      return openShared(2, input)
    case 'redis-3':
      return openShared(3, input)
  }
}

async function openPeer(file: string, input: SubjectInput): Promise<Subject> {
  const { processes, modelPort, nodeArgs } = input
  const child = processes.start(fileURLToPath(new URL(file, import.meta.url)), { nodeArgs })
  const peer = remote<{ open(baseUrl: string): Promise<number> }>(child.process, file)
  const port = await peer.open(modelUrl(modelPort))
  const { pid, failed } = child
  return { pid, pids: [pid], ports: [port], redis: null, failed, close: () => child.end() }
}

const noLimits = {
  MAX_ACTIVE_TURNS: '10000',
  MAX_CONNECTIONS: '100000',
  MAX_CONNECTIONS_PER_USER: '100000',
  MAX_CONNECTIONS_PER_IP: '100000',
  QUERIES_PER_MINUTE: '100000',
  MESSAGES_PER_SECOND: '10000',
  MAX_TOKENS: '1000000',
}

/** Ours as it is, durable and resumable; only the limits are out of the way, unless it is asked for them. */
async function openOurs(input: SubjectInput, more: StartOptions['env'] = {}): Promise<Subject> {
  const { processes, modelPort, nodeArgs, limited = false } = input
  const dataDir = await newDataDir()
  const env: StartOptions['env'] = {
    OPENROUTER_BASE_URL: modelUrl(modelPort),
    AGENT_HOST: '127.0.0.1',
    AGENT_PORT: '0',
    DATA_DIR: dataDir,
    LOG_LEVEL: 'warn',
    ...(!limited && noLimits),
    // The answers of a flood are a megabyte each: they would be sent along with the next question.
    MAX_HISTORY: '1',
    DRAIN_TIMEOUT: '0',
    ...more,
  }
  const file = fileURLToPath(new URL('../src/server/main.ts', import.meta.url))
  const child = processes.start(file, {
    env,
    nodeArgs: [...serverNodeArgs, ...nodeArgs],
  })
  const remove = () => rmSync(dataDir, { recursive: true, force: true, maxRetries: 3 })
  const callOff = processes.onBreakOff(remove)
  const close = async () => {
    await child.end()
    callOff()
    remove()
  }
  try {
    const port = await Promise.race([portOf(child.process), child.failed])
    const { pid, failed } = child
    return { pid, pids: [pid], ports: [port], redis: null, failed, close }
  } catch (cause) {
    await close()
    throw cause
  }
}

/** So many of ours on a Redis of their own, which keeps what it is told as an operator's does. */
async function openShared(servers: number, input: SubjectInput): Promise<Subject> {
  await using opened = new AsyncDisposableStack()
  const redis = await openBenchRedis(input.processes)
  opened.defer(() => redis.close())
  const env = { REDIS_URL: redis.url, AUTH_SECRET: 'of all servers of this run '.repeat(2) }
  const all: Subject[] = []
  for (let count = 0; count < servers; count++) {
    const server = await openOurs(input, env)
    opened.defer(() => server.close())
    all.push(server)
  }
  const rest = opened.move()
  const failed = Promise.race([redis.failed, ...all.map((server) => server.failed)])
  failed.catch(() => undefined)
  return {
    pid: all[0]?.pid ?? 0,
    pids: all.flatMap(({ pids }) => pids),
    ports: all.flatMap(({ ports }) => ports),
    redis,
    failed,
    close: () => rest.disposeAsync(),
  }
}

function portOf(child: NodeJS.EventEmitter): Promise<number> {
  return new Promise((resolve) => {
    child.on('message', (message: { ready?: { port: number } }) => {
      if (message.ready) resolve(message.ready.port)
    })
  })
}

/** On the disk that the checkout is on: the system's folder for temporary files may be memory. */
async function newDataDir(): Promise<string> {
  const parent = fileURLToPath(new URL('../node_modules/.cache/bench/', import.meta.url))
  await mkdir(parent, { recursive: true })
  return mkdtemp(join(parent, 'data-'))
}

function modelUrl(port: number): string {
  return `http://127.0.0.1:${port}/v1`
}
