/**
 * Who writes under which lease, seen at Redis itself: `MONITOR` tells each command in the order in which it was done,
 * and what a function of the product did within it. A session's fence never falls, no append is done under one that
 * has been raised since, and all appends under one fence are of one process (G6). Used by the shared stage.
 *
 * While Redis is down nothing is seen, and nothing is done; what is done in the moment between its start and this
 * connection is not seen: so a count here is one of those that were looked at.
 */
import { once } from 'node:events'
import { Redis } from 'ioredis'
import type { Writers } from './stage.ts'

/** Of the function that appends: keys, then number, writer, bell and fence. */
const appendKeys = 8

interface Session {
  /** As it was raised, as far as that was seen. */
  raised: number
  /** The highest that something was appended under. */
  highest: number
  /** By fence. */
  writer: Map<number, string>
}

/** An append that was asked for: done where an entry is added, or the head changed, before the next command. */
interface Asked {
  head: string
  writer: string
  fence: number
}

export class WriterWatch implements AsyncDisposable {
  readonly #monitor: Redis
  readonly #admin: Redis
  readonly #sessions = new Map<string, Session>()
  #sees = true
  #asked: Asked | null = null
  #appends = 0
  #doubled: string[] = []
  #caughtUp = new Map<string, () => void>()

  private constructor(admin: Redis, monitor: Redis) {
    this.#admin = admin
    this.#monitor = monitor
    monitor.on('monitoring', () => {
      this.#sees = true
    })
    monitor.on('close', () => {
      this.#sees = false
    })
    monitor.on('monitor', (_time: string, args: string[], source: string) => {
      if (source === 'lua') this.#inside(args)
      else this.#command(args)
    })
  }

  static async open(port: number): Promise<WriterWatch> {
    const retryStrategy = () => 20
    const options = { host: '127.0.0.1', port, retryStrategy, maxRetriesPerRequest: null }
    const admin = new Redis(options)
    // Redis is killed now and then.
    admin.on('error', () => {})
    const monitor = await admin.monitor()
    monitor.on('error', () => {})
    return new WriterWatch(admin, monitor)
  }

  /** Resolves when Redis tells its commands here: after a start of it that is not at once. */
  async sees(): Promise<void> {
    while (!this.#sees) await once(this.#monitor, 'monitoring')
  }

  begin(): void {
    this.#appends = 0
    this.#doubled = []
    this.#sessions.clear()
  }

  /** All up to now. */
  async writers(): Promise<Writers> {
    await this.sees()
    const mark = `caught up ${Math.random()}`
    const seen = new Promise<void>((resolve) => this.#caughtUp.set(mark, resolve))
    await this.#admin.echo(mark)
    await seen
    return { appends: this.#appends, doubled: this.#doubled }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#monitor.disconnect()
    this.#admin.disconnect()
  }

  #command(args: readonly string[]): void {
    this.#asked = null
    const [name = '', mark = ''] = args
    if (name.toLowerCase() === 'echo') {
      this.#caughtUp.get(mark)?.()
      this.#caughtUp.delete(mark)
    }
    if (!name.toLowerCase().startsWith('eval') || args[2] !== String(appendKeys)) return
    const [head = ''] = args.slice(3)
    const [, writer = '', , fence = ''] = args.slice(3 + appendKeys)
    if (fence !== '') this.#asked = { head, writer, fence: Number(fence) }
  }

  /** What a function does. */
  #inside([name = '', head = '', field = '']: readonly string[]): void {
    const what = name.toLowerCase()
    if (what === 'hincrby' && field === 'fence') this.#of(head).raised++
    if (!this.#asked || what !== 'hset' || head !== this.#asked.head) return
    this.#done(this.#asked)
    this.#asked = null
  }

  #done({ head, writer, fence }: Asked): void {
    this.#appends++
    const session = this.#of(head)
    const least = Math.max(session.raised, session.highest)
    if (fence < least) {
      this.#doubled.push(`${head}: ${writer} appended under ${fence}, after ${least} was raised`)
    }
    const owner = session.writer.get(fence) ?? writer
    if (owner !== writer) this.#doubled.push(`${head}: ${owner} and ${writer} both have ${fence}`)
    session.writer.set(fence, owner)
    session.highest = Math.max(session.highest, fence)
  }

  #of(head: string): Session {
    const known = this.#sessions.get(head)
    if (known) return known
    const session = { raised: 0, highest: 0, writer: new Map<number, string>() }
    this.#sessions.set(head, session)
    return session
  }
}
