/**
 * deploy/compose.yaml without an engine: its services as processes by hand, with the commands, settings and files that
 * it and the Dockerfile name. Only addresses, ports and folders are the test's. Used by `compose.redis.test.ts`.
 */
import { cp, mkdir, readFile, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { readDockerfile, type Stage } from '../../scripts/dockerfile.ts'
import { startRedis } from '../../src/server/store/redis/testing/redis-process.ts'
import { Child, type Exit, root } from './child.ts'
import { freePort } from './ports.ts'
import { type ProxyProcess, startProxy } from './proxy-process.ts'
import { openTempFolder } from './temp-folder.ts'

const value = z.coerce.string()
const service = z.looseObject({
  build: z.object({ context: z.string(), target: z.string() }).optional(),
  env_file: z.string().optional(),
  environment: z.record(z.string(), value).default({}),
  command: z.array(value).default([]),
  volumes: z.array(z.string()).default([]),
  depends_on: z.unknown().optional(),
  healthcheck: z.object({ test: z.array(value) }).optional(),
})
const compose = z.object({ services: z.record(z.string(), service) })
export type Service = z.infer<typeof service>

/** With the variables put in. */
async function readCompose(
  variables: Readonly<Record<string, string>>,
): Promise<Record<string, Service>> {
  const text = await readFile(join(root, 'deploy/compose.yaml'), 'utf8')
  const filled = text.replace(/\$\{([A-Z_]+)(?::\?[^}]*)?\}/g, (found, name: string) => {
    const known = variables[name]
    if (known === undefined) throw new Error(`deploy/compose.yaml wants ${found}`)
    return known
  })
  return compose.parse(parse(filled)).services
}

export interface ComposedAgent {
  name: string
  port: number
  child: Child
  /** As the image's health check says; resolves with its exit code. */
  check(): Promise<number | null>
}

export interface Composed extends AsyncDisposable {
  agents: ComposedAgent[]
  proxy: ProxyProcess
  services: Record<string, Service>
  /** Of the health check of Redis. */
  redisCheck(): Promise<Exit>
}

export interface ComposedInput {
  /** Of the web app, which is somebody else's to start. */
  webPort: number
  /** Where the proxy listens. */
  port: number
  variables: Readonly<Record<string, string>>
}

export async function startComposed({
  webPort,
  port,
  variables,
}: ComposedInput): Promise<Composed> {
  await using opened = new AsyncDisposableStack()
  const folder = opened.use(await openTempFolder())
  const services = await readCompose(variables)
  const stages = readDockerfile(await readFile(join(root, 'Dockerfile'), 'utf8'))
  const { command = [], healthcheck } = services.redis ?? {}
  const redis = opened.use(await startRedis(command.slice(1)))
  const image = join(folder.path, 'image')
  const stage = stages.find(({ name }) => name === 'server')
  if (!stage) throw new Error('the Dockerfile has no stage "server"')
  await fillImage(stage, image)
  // As the head of the file says: a copy of .env.example, with the four that are to be set.
  const settings = { ...linesOf(await readFile(join(root, '.env.example'), 'utf8')), ...variables }
  const agents: ComposedAgent[] = []
  for (const [name, one] of Object.entries(services)) {
    if (one.build?.target !== 'server') continue
    const own = await freePort()
    const places = { redis: redis.port, port: own, dataDir: join(folder.path, name) }
    const env = withPlaces({ ...stage.env, ...settings, ...one.environment }, places)
    const [, ...args] = stage.command
    const child = opened.use(new Child([...args.slice(0, -1), join(image, args.at(-1) ?? '')], env))
    agents.push({ name, port: own, child, check: () => runCheck(stage, own) })
  }
  await Promise.all(agents.map(({ child }) => child.said('stdout', /^Agent server: /m)))
  const ports = agents.map((agent) => agent.port)
  const proxy = opened.use(await startProxy('nginx', { agents: ports, web: webPort, port }))
  const all = opened.move()
  return {
    agents,
    proxy,
    services,
    redisCheck() {
      const [, program = '', ...args] = healthcheck?.test ?? []
      const runProgram = join(root, 'integration/harness/run-program.ts')
      return new Child([runProgram, program, '-p', String(redis.port), ...args]).ended
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}

/** What the stage copies, and nothing else of the checkout; the packages are those that are installed. */
async function fillImage(stage: Stage, to: string): Promise<void> {
  for (const copy of stage.copies) {
    for (const source of copy.sources) {
      const isFolder = copy.to.endsWith('/')
      const target = join(to, copy.to, isFolder ? source : '')
      await mkdir(dirname(target), { recursive: true })
      if (copy.from === null) await cp(join(root, source), target, { recursive: true })
      else await symlink(join(root, source.replace(/^\/app\//, '')), target)
    }
  }
}

function linesOf(text: string): Record<string, string> {
  return Object.fromEntries(
    [...text.matchAll(/^([A-Z_]+)=(.*)$/gm)].map(([, name = '', set = '']) => [name, set]),
  )
}

/** The names of the compose file's network are addresses of this machine here. */
function withPlaces(
  env: Readonly<Record<string, string>>,
  { redis, port, dataDir }: { redis: number; port: number; dataDir: string },
): Record<string, string> {
  const url = env.REDIS_URL ?? ''
  if (!url.endsWith('@redis:6379')) throw new Error(`REDIS_URL does not name the service: ${url}`)
  return {
    ...env,
    REDIS_URL: url.replace('@redis:6379', `@127.0.0.1:${redis}`),
    AGENT_HOST: '127.0.0.1',
    AGENT_PORT: String(port),
    TRUST_PROXY: '127.0.0.1',
    DATA_DIR: dataDir,
  }
}

async function runCheck({ healthCheck, env }: Stage, port: number): Promise<number | null> {
  const [, ...args] = healthCheck.map((part) => part.replaceAll(env.AGENT_PORT ?? '', String(port)))
  await using check = new Child(args)
  return (await check.ended).code
}
