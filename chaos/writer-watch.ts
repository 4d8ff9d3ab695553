/**
 * Who writes under which lease, seen at Redis itself: `MONITOR` tells each command in the order in which it was done,
 * and what a function of the product did within it. A session's fence never falls, no append is done under one that
 * has been raised since, and all appends under one fence are of one process (G6). Used by the shared stage.
 *
 * While Redis is down nothing is seen, and nothing is done; what is done in the moment between its start and this
 * connection is not seen: so a count here is one of those that were looked at.
 */
import { connect, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import type { Writers } from './stage.ts'

/** Of the function that appends: keys, then number, writer, bell and fence. */
export const appendKeys = 9

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

/** From a lost connection to the next try. */
const againMs = 20
/** A line of `MONITOR`: when, of which database and client, or of a function, and what. */
const told = /^\+[\d.]+ \[\d+ ([^\]]+)\] "(.*)"$/

export class WriterWatch implements AsyncDisposable {
  readonly #port: number
  #socket: Socket | null = null
  readonly #sessions = new Map<string, Session>()
  /** Replaced only once it is resolved: whoever waits through several tries to connect must be told at last. */
  #sees = Promise.withResolvers<void>()
  #isSeeing = false
  #asked: Asked | null = null
  #appends = 0
  #doubled: string[] = []
  #marks = 0
  #closed = false
  readonly #waiting = new Map<string, () => void>()

  private constructor(port: number) {
    this.#port = port
    this.#connect()
  }

  static async open(port: number): Promise<WriterWatch> {
    const watch = new WriterWatch(port)
    await watch.sees()
    return watch
  }

  /** Resolves when Redis tells its commands here: after a start of it that is not at once. */
  sees(): Promise<void> {
    return this.#sees.promise
  }

  begin(): void {
    this.#appends = 0
    this.#doubled = []
    this.#sessions.clear()
  }

  /** All up to now. */
  async writers(): Promise<Writers> {
    await this.sees()
    const mark = `caught up with ${++this.#marks}`
    const seen = new Promise<void>((resolve) => this.#waiting.set(mark, resolve))
    const socket = connect(this.#port, '127.0.0.1')
    socket.on('error', () => {})
    socket.end(`ECHO "${mark}"\r\n`)
    await seen
    socket.destroy()
    return { appends: this.#appends, doubled: this.#doubled }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true
    this.#socket?.destroy()
  }

  #connect(): void {
    if (this.#closed) return
    const socket = connect(this.#port, '127.0.0.1')
    this.#socket = socket
    // Redis is killed now and then.
    socket.on('error', () => {})
    socket.on('connect', () => socket.write('MONITOR\r\n'))
    const lines = createInterface({ input: socket })
    lines.on('line', (line) => this.#line(line))
    lines.on('error', () => {})
    socket.on('close', () => {
      if (this.#isSeeing) this.#sees = Promise.withResolvers()
      this.#isSeeing = false
      this.#asked = null
      setTimeout(() => this.#connect(), againMs)
    })
  }

  #line(line: string): void {
    if (line === '+OK') {
      this.#isSeeing = true
      return this.#sees.resolve()
    }
    const [, source, words = ''] = told.exec(line) ?? []
    if (source === undefined) return
    // A quote within a word has a backslash before it, so this is no part of one.
    const args = words.split('" "')
    if (source === 'lua') this.#inside(args)
    else this.#command(args)
  }

  #command(args: readonly string[]): void {
    this.#asked = null
    const [name = '', mark = ''] = args
    if (name.toLowerCase() === 'echo') {
      this.#waiting.get(mark)?.()
      this.#waiting.delete(mark)
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
