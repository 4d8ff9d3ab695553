/** Agent servers that share one Redis and one model. Used by the tests with more than one server. */
import {
  type RedisProcess,
  startRedis,
} from '../../src/server/store/redis/testing/redis-process.ts'
import { type ServerProcess, startServer } from './server-process.ts'
import { type SimulatorProcess, startSimulator } from './simulator-process.ts'
import { openTempFolder } from './temp-folder.ts'

export interface SharedServers extends AsyncDisposable {
  redis: RedisProcess
  simulator: SimulatorProcess
  /** One more, which ends with the others. */
  start(env?: Readonly<Record<string, string>>): Promise<ServerProcess>
}

export async function openSharedServers(): Promise<SharedServers> {
  await using opened = new AsyncDisposableStack()
  const redis = opened.use(await startRedis(['--appendonly', 'yes']))
  const simulator = opened.use(await startSimulator())
  const folder = opened.use(await openTempFolder())
  const all = opened.move()
  return {
    redis,
    simulator,
    async start(env = {}) {
      const server = await startServer({
        dataDir: folder.path,
        env: {
          OPENROUTER_BASE_URL: simulator.url,
          REDIS_URL: redis.url,
          AUTH_SECRET: 'of all servers of this test '.repeat(2),
          ...env,
        },
      })
      return all.use(server)
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}
