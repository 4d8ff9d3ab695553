/**
 * The one connection of a client: opened at first use, reopened for ever, watched by `getSnapshot` and
 * `subscribe`. tRPC's clients carry the calls; when to connect, with which token, and when a socket is dead is
 * decided here. Used by the client, and by the page for its connection state.
 */
import { createWSClient, type TRPCWebSocketClient } from '@trpc/client'
import type { Clock } from '../core/ports/clock.ts'
import { listenToBrowser } from './browser-signals.ts'
import {
  type Connection,
  type ConnectionState,
  connecting,
  stateOverHttp,
  stateOverSockets,
  type Transport,
} from './connection-state.ts'
import { AgentClientError, toClientError } from './errors.ts'
import { type GuardedSocket, guardedSocketClass, type SocketTimes } from './guarded-socket.ts'
import { HttpReach } from './http-reach.ts'
import { Emitter, Store } from './observable.ts'
import { type GateState, ReconnectGate } from './reconnect-gate.ts'
import { socketUrl } from './socket-url.ts'
import { askForToken, type TokenSource } from './token.ts'
import { TransportChoice } from './transport-choice.ts'

export interface ConnectionOptions {
  url: string | (() => string | Promise<string>)
  token: TokenSource
  WebSocket?: typeof WebSocket | undefined
  fetch?: typeof fetch | undefined
  clock: Clock
  random: () => number
  times: SocketTimes
  onError(error: unknown): void
}

/** What a probe on the browser's word may take. */
const probeMs = 4_000
/** After "too many connections of one user": another page has to close first. */
const tooManyMs = 5_000

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
  readonly #choice: TransportChoice
  /** The server over HTTP. */
  readonly http: HttpReach
  /** Tells, once, that the connection is used for the first time. */
  readonly started = new Emitter<void>()
  /** A socket opened, with this token. */
  readonly opened = new Emitter<string>()
  /** The server ended a socket because a frame on it was too big. What was under way has not failed yet. */
  readonly tooBig = new Emitter<void>()
  /** From now on by this transport. What is under way moves over. */
  readonly moved = new Emitter<Transport>()

  constructor(options: ConnectionOptions) {
    this.#options = options
    const { url, token, clock, random } = options
    this.http = new HttpReach({
      url,
      token,
      clock,
      random,
      fetch: () => options.fetch ?? fetch,
      signal: this.#closing.signal,
      onChange: () => this.#onReach(),
    })
    this.#choice = new TransportChoice({
      http: this.http,
      open: this.#open,
      probeMs: options.times.slowMs ?? probeMs,
      signal: this.#closing.signal,
      onMove: (transport) => this.#onMove(transport),
    })
    this.#gate = new ReconnectGate({
      clock,
      random,
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

  get transport(): Transport {
    return this.#choice.transport
  }

  get isConnected(): boolean {
    if (this.transport === 'sse') return this.http.state.state === 'up'
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
        onFirst: () => this.#choice.spoke(),
        onSlow: (socket) => void this.#choice.slow(socket),
        onTold: () => this.#gate.told(),
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
    if (this.transport === 'sse') this.http.lookNow()
    if (this.#gate.skip()) return
    if (this.transport === 'sse') this.#tryAnew()
    else this.#probe()
  }

  /** Connects anew with a fresh token: the server did not take this one. */
  renew(): void {
    if (this.transport === 'sse') void this.http.refuse()
    for (const socket of [...this.#open]) socket.drop()
  }

  /** An attempt that hangs, or is mute, was made in another network, perhaps. */
  #tryAnew(): void {
    this.#gate.hurry()
    for (const socket of [...this.#sockets]) socket.drop()
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
    // Where it was blocked, it has to show first that something comes.
    if (this.transport === 'sse') socket.probe(probeMs)
    else this.opened.emit(this.#token)
  }

  #onMove(transport: Transport): void {
    if (transport === 'sse') this.#gate.holdBack(this.#choice.waitMs)
    this.#show()
    this.moved.emit(transport)
    if (transport === 'sse') this.#onReach()
    else this.opened.emit(this.#token)
  }

  /** The server can be reached over HTTP, or no more. */
  #onReach(): void {
    if (this.transport !== 'sse') return
    this.#show()
    if (!this.isConnected) return
    this.http.address().then(
      ({ token }) => this.opened.emit(token),
      (cause: unknown) => this.#options.onError(cause),
    )
  }

  #onClose(socket: GuardedSocket, code: number): void {
    if (code === 4401) this.#lastError = new AgentClientError('BAD_TOKEN', { retryable: true })
    if (code === 1009) this.tooBig.emit()
    if (code === 4429) {
      this.#lastError = new AgentClientError('RATE_LIMITED', { retryable: true })
      this.#gate.holdBack(tooManyMs)
    }
    // A server that closes says so: then something did come.
    if (code === 1006 && !socket.spoke && !this.signal.aborted) void this.#choice.failed()
    if (this.transport === 'sse') this.#gate.holdBack(this.#choice.waitMs)
    this.#sockets.delete(socket)
    if (this.#open.delete(socket)) this.#gateState = this.#gate.afterLoss()
    this.#show()
  }

  #probe(): void {
    if (this.transport === 'sse') this.http.suspect()
    for (const socket of this.#open) socket.probe(probeMs)
  }

  #show(): void {
    this.#state.set(
      this.transport === 'sse'
        ? stateOverHttp(this.http.state)
        : stateOverSockets({
            gate: this.#gateState,
            isOpen: this.#open.size > 0,
            lastError: this.#lastError,
          }),
    )
  }
}
