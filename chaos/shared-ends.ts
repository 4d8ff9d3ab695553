/**
 * What the servers of a shared stage stand between: Redis, the simulator, and the proxy that users come in by. Opened
 * together, closed together. Used by the shared stage.
 */
import { waitedMs } from '../integration/harness/cpu-wait.ts'
import { freePort } from '../integration/harness/ports.ts'
import { type ProxyProcess, proxyNames, startProxy } from '../integration/harness/proxy-process.ts'
import { type SimulatorProcess, startSimulator } from '../integration/harness/simulator-process.ts'
import { openTempFolder } from '../integration/harness/temp-folder.ts'
import { openTcpProxy } from '../src/client/testing/tcp-proxy.ts'
import { type RedisProcess, startRedis } from '../src/server/store/redis/testing/redis-process.ts'
import { SharedServer } from './shared-server.ts'
import { WriterWatch } from './writer-watch.ts'

export interface SharedEnds extends AsyncDisposable {
  redis: RedisProcess
  simulator: SimulatorProcess
  proxy: ProxyProcess
  writers: WriterWatch
  servers: readonly SharedServer[]
  /** A schedule begins. */
  begin(): Promise<void>
  /** What the machine kept the simulator waiting since. */
  starvedMs(): number
}

/** What was acknowledged is on the disk before that: nothing else is promised of a Redis that is killed. */
const keeping = ['--appendonly', 'yes', '--appendfsync', 'always']
let stages = 0

export async function openSharedEnds(count: number): Promise<SharedEnds> {
  await using opened = new AsyncDisposableStack()
  const redis = opened.use(await startRedis(keeping))
  const writers = opened.use(await WriterWatch.open(redis.port))
  const simulator = opened.use(await startSimulator())
  const folder = opened.use(await openTempFolder())
  const servers: SharedServer[] = []
  for (let index = 0; index < count; index++) {
    const link = opened.use(await openTcpProxy({ targetPort: redis.port }))
    const port = await freePort()
    servers.push(
      new SharedServer({ name: `server ${index}`, folder: folder.path, port, link, simulator }),
    )
  }
  // One stage behind the one, the next behind the other.
  const name = proxyNames[stages++ % proxyNames.length] ?? 'nginx'
  const agents = servers.map(({ port }) => port)
  const proxy = opened.use(await startProxy(name, { agents, web: await freePort(), inTurn: true }))
  const all = opened.move()
  let starvedBeforeMs = 0
  return {
    redis,
    simulator,
    proxy,
    writers,
    servers,
    async begin() {
      writers.begin()
      await simulator.reset()
      starvedBeforeMs = waitedMs(simulator.child.pid)
    },
    starvedMs: () => waitedMs(simulator.child.pid) - starvedBeforeMs,
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}
