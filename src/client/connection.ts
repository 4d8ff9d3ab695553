/**
 * The one socket of a client: opened at first use, reopened for ever, watched by `getSnapshot` and
 * `subscribe`. tRPC's client carries the calls; when to connect, with which token, and when a socket
 * is dead is decided here. Used by the client, and by the page for its connection state.
 */
import { createWSClient, type TRPCWebSocketClient } from '@trpc/client'
import type { Clock } from '../core/ports/clock.ts'
import { listenToBrowser } from './browser-signals.ts'
import { AgentClientError, toClientError } from './errors.ts'
import { type GuardedSocket, guardedSocketClass, type SocketTimes } from './guarded-socket.ts'
import { Emitter, type Observable, Store } from './observable.ts'
import { type GateState, ReconnectGate } from './reconnect-gate.ts'
import { socketUrl } from './socket-url.ts'
import { askForToken, type TokenSource } from './token.ts'

export type ConnectionState =
  /** Not tried yet, the first try, or the first after a drop. */
  | { state: 'connecting' }
  | { state: 'connected' }
  /** `attempt` tries failed in a row. The next is at `retryAt`, or under way where there is none. */
  | { state: 'offline'; attempt: number; retryAt?: number; error?: AgentClientError }

export interface Connection extends Observable<ConnectionState> {
  /** Ends the wait for the next try. Where connected, asks the server whether it lives. */
  retryNow(): void
}

export interface ConnectionOptions {
  url: string | (() => string | Promise<string>)
  token: TokenSource
  WebSocket?: typeof WebSocket | undefined
  clock: Clock
  random: () => number
  times: SocketTimes
  onError(error: unknown): void
}

/** What a probe on the browser's word may take. */
const probeMs = 4_000
/** After "too many connections of one user": another page has to close first. */
const tooManyMs = 5_000

const connecting: ConnectionState = { state: 'connecting' }
const connected: ConnectionState = { state: 'connected' }

export class AgentConnection implements Connection {
  readonly #options: ConnectionOptions
  readonly #state = new Store<ConnectionState>(connecting)
  readonly #gate: ReconnectGate
  readonly #sockets = new Set<GuardedSocket>()
  readonly #open = new Set<GuardedSocket>()
  readonly #closing = new AbortController()
  #gateState: GateState = { failures: 0 }
  #lastError: AgentClientError | null = null
  #token = ''
  #client: TRPCWebSocketClient | null = null
  #stopListening = () => {}
  /** Tells, once, that the connection is used for the first time. */
  readonly started = new Emitter<void>()
  /** A socket opened, with this token. */
  readonly opened = new Emitter<string>()
  /** The server ended a socket because a frame on it was too big. What was under way has not failed yet. */
  readonly tooBig = new Emitter<void>()

  constructor(options: ConnectionOptions) {
    this.#options = options
    this.#gate = new ReconnectGate({
      clock: options.clock,
      random: options.random,
      onChange: (state) => {
        this.#gateState = state
        this.#show()
      },
    })
  }

  readonly getSnapshot = () => this.#state.getSnapshot()
  readonly subscribe = (listener: () => void) => this.#state.subscribe(listener)

  /** Aborted when the client closes. */
  get signal(): AbortSignal {
    return this.#closing.signal
  }

  get isConnected(): boolean {
    return this.#open.size > 0
  }

  /** The socket's client, which connects from the first call of this on. */
  use(): TRPCWebSocketClient {
    if (this.#client) return this.#client
    const { clock, times, WebSocket: given } = this.#options
    this.#client = createWSClient({
      url: () => this.#prepare(),
      connectionParams: () => ({ token: this.#token }),
      // The gate waits instead: it can be skipped, and it remembers.
      retryDelayMs: () => 0,
      WebSocket: guardedSocketClass({
        WebSocket: () => given ?? WebSocket,
        clock,
        times,
        onCreate: (socket) => this.#sockets.add(socket),
        onOpen: (socket) => this.#onOpen(socket),
        onClose: (socket, code) => this.#onClose(socket, code),
      }),
    })
    this.#stopListening = listenToBrowser({
      onBack: () => this.retryNow(),
      onGone: () => this.#probe(),
    })
    this.started.emit()
    return this.#client
  }

  readonly retryNow = (): void => {
    if (this.#gate.skip()) return
    this.#probe()
  }

  /** Connects anew with a fresh token: the server did not take this one. */
  renew(): void {
    for (const socket of [...this.#open]) socket.drop()
  }

  /** Resolves when no socket is left. */
  async close(): Promise<void> {
    this.#stopListening()
    this.#closing.abort(new AgentClientError('CLOSED'))
    // Not awaited: it waits for a token that may never come.
    void this.#client?.close()
    const ended = [...this.#sockets].map(
      (socket) => new Promise((resolve) => socket.addEventListener('close', resolve)),
    )
    for (const socket of [...this.#sockets]) {
      if (this.#open.has(socket)) socket.close()
      else socket.drop()
    }
    await Promise.all(ended)
  }

  /** Before every attempt: wait for the gate, then a token, then the address. */
  async #prepare(): Promise<string> {
    const { url, token, clock, onError } = this.#options
    await this.#gate.pass(this.#closing.signal)
    try {
      this.#token = await askForToken(token, clock)
      const address = socketUrl(typeof url === 'string' ? url : await url())
      this.#closing.signal.throwIfAborted()
      return address
    } catch (cause) {
      if (!this.#closing.signal.aborted) {
        this.#lastError = toClientError(cause)
        onError(this.#lastError)
      }
      throw cause
    }
  }

  #onOpen(socket: GuardedSocket): void {
    this.#gate.opened()
    this.#open.add(socket)
    this.#lastError = null
    this.#show()
    this.opened.emit(this.#token)
  }

  #onClose(socket: GuardedSocket, code: number): void {
    if (code === 4401) this.#lastError = new AgentClientError('BAD_TOKEN', { retryable: true })
    if (code === 1009) this.tooBig.emit()
    if (code === 4429) {
      this.#lastError = new AgentClientError('RATE_LIMITED', { retryable: true })
      this.#gate.holdBack(tooManyMs)
    }
    this.#sockets.delete(socket)
    if (this.#open.delete(socket)) this.#gateState = this.#gate.afterLoss()
    this.#show()
  }

  #probe(): void {
    for (const socket of this.#open) socket.probe(probeMs)
  }

  /** While a server hands over, an old socket is open and a new one is tried: that is connected. */
  #show(): void {
    this.#state.set(this.#now())
  }

  #now(): ConnectionState {
    const { failures: attempt, retryAt } = this.#gateState
    if (this.#open.size > 0) return connected
    if (attempt === 0) return connecting
    return {
      state: 'offline',
      attempt,
      ...(retryAt !== undefined && { retryAt }),
      ...(this.#lastError && { error: this.#lastError }),
    }
  }
}
