/**
 * Three agent servers on one Redis behind a proxy, as `deploy/` has them, and a model that counts what is asked of it.
 * Servers are replaced one after another. Used by `main.ts`.
 */
import { freePort } from '../../integration/harness/ports.ts'
import { type ProxyName, startProxy } from '../../integration/harness/proxy-process.ts'
import { type ServerProcess, startServer } from '../../integration/harness/server-process.ts'
import { startSimulator } from '../../integration/harness/simulator-process.ts'
import { openTempFolder } from '../../integration/harness/temp-folder.ts'
import { startRedis } from '../../src/server/store/redis/testing/redis-process.ts'

const authSecret = 'of the servers that are replaced '.repeat(2)

export interface DeploymentPlan {
  servers: number
  proxy: ProxyName
  drainS: number
  tokens: readonly string[]
  tokensPerSecond: number
}

export interface Deployment extends AsyncDisposable {
  authSecret: string
  wsUrl: string
  /** Calls that reached the model. */
  modelCalls(): Promise<number>
  /** Replaces each server by its successor, the next one when that is ready. Milliseconds that it took. */
  roll(): Promise<number>
}

export async function openDeployment(plan: DeploymentPlan): Promise<Deployment> {
  await using opened = new AsyncDisposableStack()
  const redis = opened.use(await startRedis(['--appendonly', 'yes']))
  const simulator = opened.use(await startSimulator())
  const { tokens, tokensPerSecond } = plan
  await simulator.always({ tokens: [...tokens], pace: { firstTokenMs: 0, tokensPerSecond } })
  const folder = opened.use(await openTempFolder())
  const ports = await Promise.all(Array.from({ length: plan.servers }, () => freePort()))
  const env = {
    OPENROUTER_BASE_URL: simulator.url,
    REDIS_URL: redis.url,
    AUTH_SECRET: authSecret,
    TRUST_PROXY: '127.0.0.1',
    DRAIN_TIMEOUT: String(plan.drainS),
    // Those of a server that is gone have a place at the others.
    MAX_ACTIVE_TURNS: '5000',
    LOG_LEVEL: 'warn',
  }
  const start = (port: number) => startServer({ dataDir: folder.path, port, env })
  const servers = new Map<number, ServerProcess>()
  opened.defer(async () => {
    await Promise.all([...servers.values()].map((server) => server.kill()))
  })
  for (const port of ports) servers.set(port, await start(port))
  const proxy = opened.use(await startProxy(plan.proxy, { agents: ports, web: await freePort() }))
  const all = opened.move()

  async function replace(port: number): Promise<void> {
    const old = servers.get(port)
    if (!old) throw new Error(`no server at ${port}`)
    const { code, signal, stderr } = await old.stop()
    if (code !== 0) throw new Error(`SIGTERM ended a server with ${code ?? signal}:\n${stderr}`)
    servers.set(port, await start(port))
  }

  return {
    authSecret,
    wsUrl: `ws://127.0.0.1:${proxy.openPort}/trpc`,
    async modelCalls() {
      return (await simulator.requests()).at(-1)?.number ?? 0
    },
    async roll() {
      const startMs = performance.now()
      for (const port of ports) await replace(port)
      return performance.now() - startMs
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}
