/**
 * WebSocket or HTTP: tells a network that blocks WebSocket from a server that is away, and when to try it again. Used
 * by the connection, which tells it what becomes of its sockets.
 */
import type { Transport } from './connection-state.ts'
import type { GuardedSocket } from './guarded-socket.ts'
import type { HttpReach } from './http-reach.ts'

/** Sockets that fail without a word, while HTTP answers before and after each of them, until that will do. */
const maxBlocked = 2
/** How long HTTP does before WebSocket is tried again: longer each time, as long as it is in vain. */
const waitMs = { first: 15_000, longest: 300_000 }

interface ChoiceOptions {
  http: HttpReach
  open: ReadonlySet<GuardedSocket>
  /** What an open socket that is mute may take to answer. */
  probeMs: number
  signal: AbortSignal
  /** From now on by this transport. */
  onMove(transport: Transport): void
}

export class TransportChoice {
  readonly #options: ChoiceOptions
  #transport: Transport = 'websocket'
  /** What speaks for it that WebSocket is blocked: whether HTTP answered, and sockets that failed meanwhile. */
  #doubt = { answered: false, blocked: 0 }
  #waitMs = waitMs.first

  constructor(options: ChoiceOptions) {
    this.#options = options
  }

  get transport(): Transport {
    return this.#transport
  }

  /** Over HTTP: what the next socket waits for. */
  get waitMs(): number {
    return this.#waitMs
  }

  /** Something came by a socket: the way is open, if it was not. */
  spoke(): void {
    this.#doubt = { answered: false, blocked: 0 }
    this.#waitMs = waitMs.first
    if (this.#transport === 'sse') this.#move('websocket')
  }

  /** Neither refused nor open, or open and mute: where HTTP answers meanwhile, it is not waited for. */
  async slow(socket: GuardedSocket): Promise<void> {
    const answered = await this.#options.http.answers()
    this.#doubt.answered ||= answered
    if (!answered || socket.spoke) return
    if (this.#options.open.has(socket)) socket.probe(this.#options.probeMs)
    else socket.drop()
  }

  /** A socket failed without a word. */
  async failed(): Promise<void> {
    const { http, open, signal } = this.#options
    if (this.#transport === 'sse') {
      this.#waitMs = Math.min(waitMs.longest, this.#waitMs * 2)
      return
    }
    const before = this.#doubt
    const answered = await http.answers()
    // Something came meanwhile, by another socket.
    if (before !== this.#doubt || signal.aborted) return
    const blocked = answered && before.answered ? before.blocked + 1 : 0
    this.#doubt = { answered, blocked }
    if (blocked < maxBlocked || open.size > 0) return
    http.begin()
    this.#move('sse')
  }

  #move(transport: Transport): void {
    this.#transport = transport
    this.#options.onMove(transport)
  }
}
