/**
 * A WebSocket that never hangs, for `createWSClient`: connecting has a time-out, silence is probed,
 * and a peer that has vanished ends in a `close` event at once. A bare socket's `close()` waits for the
 * peer's farewell, which a vanished peer never sends (Node waits for minutes), and tRPC's own keepAlive
 * does no more than to call it.
 */
import type { Clock } from '../core/ports/clock.ts'

export interface SocketTimes {
  /** Until the socket must be open. */
  connectMs: number
  /** Silence after which the peer is asked whether it lives. */
  silenceMs: number
  /** Until anything must have come after that. Generous: an answer queues behind the backlog. */
  answerMs: number
  /** Without a first message for this long, something may be in the way. */
  slowMs?: number
}

const slowMs = 4_000

export const socketTimes: SocketTimes = { connectMs: 10_000, silenceMs: 20_000, answerMs: 15_000 }

/** Closed by this side without a farewell: nothing came any more. Not on the wire. */
const vanishedCode = 1006

interface GuardedOptions {
  /** Looked up at the first connect, so that a runtime without one fails there. */
  WebSocket: () => typeof WebSocket
  clock: Clock
  times: SocketTimes
  onCreate(socket: GuardedSocket): void
  onOpen(socket: GuardedSocket): void
  /** The first message came: it is the agent server, and all the way to it is open. */
  onFirst(socket: GuardedSocket): void
  /** For a while nothing came, not yet open or open. */
  onSlow(socket: GuardedSocket): void
  /** The server asks to connect anew, since it stops: tRPC's client does, and leaves this one then. */
  onTold(): void
  onClose(socket: GuardedSocket, code: number): void
}

/** tRPC's notice, as its adapter sends it. */
const notice = JSON.stringify({ id: null, method: 'reconnect' })

type Data = Parameters<WebSocket['send']>[0]

export class GuardedSocket extends EventTarget {
  readonly CONNECTING = 0
  readonly OPEN = 1
  readonly CLOSING = 2
  readonly CLOSED = 3
  readonly #inner: WebSocket
  readonly #options: GuardedOptions
  /** Pings whose answer is due, in order: true for ours, whose answers tRPC must not count as its own. */
  #pings: boolean[] = []
  #opened = false
  #gone = false
  /** Whether anything came since this was last looked at. */
  #heard = false
  #first = false
  #disarm: () => void
  #disarmSlow: () => void

  constructor(url: string | URL, options: GuardedOptions) {
    super()
    this.#options = options
    this.#inner = new (options.WebSocket())(url)
    this.#disarm = this.#arm(options.times.connectMs, () => this.drop())
    this.#disarmSlow = this.#arm(options.times.slowMs ?? slowMs, () => options.onSlow(this))
    this.#inner.addEventListener('open', () => this.#onOpen())
    this.#inner.addEventListener('message', ({ data }) => this.#onMessage(data))
    this.#inner.addEventListener('error', () => {
      if (!this.#gone) this.dispatchEvent(new Event('error'))
    })
    this.#inner.addEventListener('close', ({ code, reason }) => this.#end(code, reason))
  }

  /** Whether anything ever came. */
  get spoke(): boolean {
    return this.#first
  }

  get readyState(): number {
    return this.#gone ? this.CLOSED : this.#inner.readyState
  }

  set binaryType(type: BinaryType) {
    this.#inner.binaryType = type
  }

  send(data: Data): void {
    if (this.#gone) return
    if (data === 'PING') this.#pings.push(false)
    this.#inner.send(data)
  }

  close(code?: number, reason?: string): void {
    if (this.#gone) return
    this.#inner.close(code, reason)
    if (this.#gone) return
    this.#disarm()
    this.#disarm = this.#arm(2_000, () => this.drop())
  }

  /** Ends now, without the peer's part in it. */
  drop(code: number = vanishedCode): void {
    if (this.#gone) return
    this.#inner.close()
    if (this.#gone) return
    if (!this.#opened) this.dispatchEvent(new Event('error'))
    this.#end(code, '')
  }

  /** Asks the peer whether it lives, and drops the socket if nothing comes within `answerMs`. */
  probe(answerMs: number): void {
    if (this.readyState !== this.OPEN) return
    this.#pings.push(true)
    this.#inner.send('PING')
    this.#heard = false
    this.#disarm()
    this.#disarm = this.#arm(answerMs, () => (this.#heard ? this.#watch() : this.drop()))
  }

  #onOpen(): void {
    if (this.#gone) return
    this.#opened = true
    this.#watch()
    this.#options.onOpen(this)
    this.dispatchEvent(new Event('open'))
  }

  #onMessage(data: unknown): void {
    if (this.#gone) return
    this.#heard = true
    if (!this.#first) {
      this.#first = true
      this.#disarmSlow()
      this.#options.onFirst(this)
    }
    if (data === 'PONG' && this.#pings.shift()) return
    if (data === notice) this.#options.onTold()
    this.dispatchEvent(Object.assign(new Event('message'), { data }))
  }

  #end(code: number, reason: string): void {
    if (this.#gone) return
    this.#gone = true
    this.#disarm()
    this.#disarmSlow()
    this.#options.onClose(this, code)
    this.dispatchEvent(Object.assign(new Event('close'), { code, reason }))
  }

  #watch(): void {
    const { silenceMs, answerMs } = this.#options.times
    this.#heard = false
    this.#disarm()
    this.#disarm = this.#arm(silenceMs, () => (this.#heard ? this.#watch() : this.probe(answerMs)))
  }

  #arm(delayMs: number, run: () => void): () => void {
    return this.#options.clock.after(delayMs, run)
  }
}

/** The guarded socket as a `WebSocket` class: the part of it that tRPC's client uses is all there. */
export function guardedSocketClass(options: GuardedOptions): typeof WebSocket {
  class Guarded extends GuardedSocket {
    static readonly CONNECTING = 0
    static readonly OPEN = 1
    static readonly CLOSING = 2
    static readonly CLOSED = 3

    constructor(url: string | URL) {
      super(url, options)
      options.onCreate(this)
    }
  }
  return Guarded as unknown as typeof WebSocket
}
