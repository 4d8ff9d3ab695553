/**
 * Agent servers that share a Redis, behind a real proxy that sends each connection to the next of them. Servers are
 * killed, stopped, frozen and replaced in turn; Redis is killed and frozen, and keeps on its disk what it acknowledged;
 * the link of one server to Redis is cut, stalled, and made to lose what Redis says. Used by the crew.
 */

import type { Policy } from './schedule.ts'
import { openSharedEnds, type SharedEnds } from './shared-ends.ts'
import type { SharedServer } from './shared-server.ts'
import type { Door, MachineFault, Outage, Stage, Writers } from './stage.ts'
import { passed } from './stage.ts'

/** After so many schedules all begins anew, with an empty Redis. */
const schedulesPerStore = 25
/**
 * A lease runs out 10 s after its last renewal, and whoever looks comes by within 4 s: perhaps twice. Long, for what
 * hangs alone: nothing else waits for it.
 */
const settleMs = 90_000

export class SharedStage implements Stage {
  readonly settleMs = settleMs
  readonly doors: readonly Door[]
  outages: Outage[] = []
  broken: string[] = []
  #policy: Policy | null = null
  readonly #ends: SharedEnds
  readonly #servers: readonly SharedServer[]
  #schedules = 0
  /** What is done to Redis is done one after the other. */
  #redisQueue: Promise<unknown> = Promise.resolve()

  private constructor(ends: SharedEnds) {
    this.#ends = ends
    this.#servers = ends.servers
    this.doors = this.#servers.map(({ port }, index) => ({
      reader: `near ${index}`,
      port,
      isBack: () => this.#server(index).isBack(),
    }))
    for (const server of this.#servers) {
      server.onOutage = (outage) => this.outages.push(outage)
      server.onBroken = (detail) => this.broken.push(detail)
    }
  }

  static async open(servers: number): Promise<SharedStage> {
    return new SharedStage(await openSharedEnds(servers))
  }

  get simulator() {
    return this.#ends.simulator
  }

  get port(): number {
    return this.#ends.proxy.openPort
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`
  }

  get policy(): Policy | null {
    return this.#policy
  }

  get starvedMs(): number {
    return Math.max(...this.#servers.map(({ starvedMs }) => starvedMs)) + this.#ends.starvedMs()
  }

  get peakBytes(): number {
    return Math.max(...this.#servers.map(({ peakBytes }) => peakBytes))
  }

  async isBack(): Promise<void> {
    await Promise.race(this.#servers.map((server) => server.isBack()))
  }

  async prepare(policy: Policy): Promise<void> {
    const isWorn = this.#schedules >= schedulesPerStore
    if (isWorn || this.#policy !== policy) {
      await Promise.all(this.#servers.map((server) => server.end()))
      if (isWorn) {
        await this.#ends.redis.ask('FLUSHALL')
        this.#schedules = 0
      }
      this.#policy = policy
      await Promise.all(this.#servers.map((server) => server.start(policy)))
    }
    this.#schedules++
    this.outages = []
    this.broken = []
    await this.#ends.begin()
    for (const server of this.#servers) server.begin()
  }

  async suffer(fault: MachineFault, happened: () => void): Promise<void> {
    // Only root may mount a disk that is small enough to fill.
    if (fault.do === 'full-disk') return
    if (fault.do !== 'link-lose') happened()
    switch (fault.do) {
      case 'kill':
        return this.#server(fault.server).kill()
      case 'terminate':
        return this.#server(fault.server).terminate()
      case 'freeze':
        return this.#server(fault.server).freeze(fault.forMs)
      case 'jump':
        return this.#server(fault.server).jump(fault.minutes)
      case 'roll':
        return this.#roll()
      case 'redis-kill':
        return this.#killRedis(fault.forMs)
      case 'redis-freeze':
        return this.#freezeRedis(fault.forMs)
      default:
        return this.#server(fault.server).breakLink(fault, happened)
    }
  }

  async heal(): Promise<void> {
    await this.#redisQueue
    await Promise.all(this.#servers.map((server) => server.heal()))
  }

  look(): void {
    for (const server of this.#servers) server.look()
  }

  writers(): Promise<Writers> {
    return this.#ends.writers.writers()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#redisQueue.catch(() => {})
    await Promise.all(this.#servers.map((server) => server.end()))
    await this.#ends[Symbol.asyncDispose]()
  }

  /** Each waits until the one before it is back, as a deployment does. */
  async #roll(): Promise<void> {
    for (const server of this.#servers) await server.terminate()
  }

  #killRedis(forMs: number): Promise<void> {
    return this.#withRedis(async (redis) => {
      await redis.kill()
      await passed(forMs)
      await redis.start()
      await this.#ends.writers.sees()
    })
  }

  #freezeRedis(forMs: number): Promise<void> {
    return this.#withRedis(async (redis) => {
      redis.pause()
      await passed(forMs)
      redis.resume()
    })
  }

  #withRedis(run: (redis: SharedEnds['redis']) => Promise<void>): Promise<void> {
    const done = this.#redisQueue.then(() => run(this.#ends.redis))
    this.#redisQueue = done.catch(() => {})
    return done
  }

  #server(index = 0): SharedServer {
    const server = this.#servers[index]
    if (!server) throw new Error(`there is no server ${index}`)
    return server
  }
}
