/**
 * The one connection of a client: opened at first use, reopened for ever, watched by `getSnapshot` and
 * `subscribe`. tRPC's clients carry the calls; when to connect, with which token, when a socket is dead, and
 * whether WebSocket is blocked, so that HTTP has to do, is decided here. Used by the client, and by the page
 * for its connection state.
 */
import { createWSClient, type TRPCWebSocketClient } from '@trpc/client'
import type { Clock } from '../core/ports/clock.ts'
import { listenToBrowser } from './browser-signals.ts'
import { AgentClientError, toClientError } from './errors.ts'
import { type GuardedSocket, guardedSocketClass, type SocketTimes } from './guarded-socket.ts'
import { HttpReach } from './http-reach.ts'
import { Emitter, type Observable, Store } from './observable.ts'
import { type GateState, ReconnectGate } from './reconnect-gate.ts'
import { socketUrl } from './socket-url.ts'
import { askForToken, type TokenSource } from './token.ts'

/** What calls and events travel by: a WebSocket, or, where that is blocked, HTTP with server-sent events. */
export type Transport = 'websocket' | 'sse'

export type ConnectionState =
  /** Not tried yet, the first try, or the first after a drop. */
  | { state: 'connecting' }
  | { state: 'connected'; transport: Transport }
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

/** Sockets that fail without a word, while HTTP answers before and after each of them, until that will do. */
const maxBlocked = 2
/** How long HTTP does before WebSocket is tried again: longer each time, as long as it is in vain. */
const returnMs = { first: 15_000, longest: 300_000 }

const connecting: ConnectionState = { state: 'connecting' }
const connected: Record<Transport, ConnectionState> = {
  websocket: { state: 'connected', transport: 'websocket' },
  sse: { state: 'connected', transport: 'sse' },
}

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
  #transport: Transport = 'websocket'
  /** What speaks for it that WebSocket is blocked: whether HTTP answered, and sockets that failed meanwhile. */
  #doubt = { answered: false, blocked: 0 }
  #returnMs = returnMs.first
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

  get transport(): Transport {
    return this.#transport
  }

  get isConnected(): boolean {
    if (this.#transport === 'sse') return this.http.state.state === 'up'
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
        onFirst: () => this.#onFirst(),
        onSlow: (socket) => void this.#onSlow(socket),
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
    if (this.#transport === 'sse') this.http.lookNow()
    if (this.#gate.skip()) return
    if (this.#transport === 'sse') this.#tryAnew()
    else this.#probe()
  }

  /** Connects anew with a fresh token: the server did not take this one. */
  renew(): void {
    if (this.#transport === 'sse') void this.http.refuse()
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
    if (this.#transport === 'sse') socket.probe(probeMs)
    else this.opened.emit(this.#token)
  }

  /** The way is open, if it was not. */
  #onFirst(): void {
    this.#doubt = { answered: false, blocked: 0 }
    this.#returnMs = returnMs.first
    if (this.#transport === 'websocket') return
    this.#move('websocket')
    this.opened.emit(this.#token)
  }

  /** Neither refused nor open, or open and mute: where HTTP answers meanwhile, it is not waited for. */
  async #onSlow(socket: GuardedSocket): Promise<void> {
    const answered = await this.http.answers()
    this.#doubt.answered ||= answered
    if (!answered || socket.spoke) return
    if (this.#open.has(socket)) socket.probe(this.#options.times.slowMs ?? probeMs)
    else socket.drop()
  }

  /** A socket failed without a word. */
  async #onBlocked(): Promise<void> {
    const { transport } = this
    if (transport === 'sse') {
      this.#returnMs = Math.min(returnMs.longest, this.#returnMs * 2)
      return
    }
    const before = this.#doubt
    const answered = await this.http.answers()
    // Something came meanwhile, by another socket.
    if (before !== this.#doubt || this.signal.aborted) return
    const blocked = answered && before.answered ? before.blocked + 1 : 0
    this.#doubt = { answered, blocked }
    if (blocked < maxBlocked || this.#open.size > 0) return
    this.#gate.holdBack(this.#returnMs)
    this.http.begin()
    this.#move('sse')
    this.#onReach()
  }

  #move(transport: Transport): void {
    this.#transport = transport
    this.#show()
    this.moved.emit(transport)
  }

  /** The server can be reached over HTTP, or no more. */
  #onReach(): void {
    if (this.#transport !== 'sse') return
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
    if (code === 1006 && !socket.spoke && !this.signal.aborted) void this.#onBlocked()
    if (this.#transport === 'sse') this.#gate.holdBack(this.#returnMs)
    this.#sockets.delete(socket)
    if (this.#open.delete(socket)) this.#gateState = this.#gate.afterLoss()
    this.#show()
  }

  #probe(): void {
    if (this.#transport === 'sse') this.http.suspect()
    for (const socket of this.#open) socket.probe(probeMs)
  }

  /** While a server hands over, an old socket is open and a new one is tried: that is connected. */
  #show(): void {
    this.#state.set(this.#now())
  }

  #now(): ConnectionState {
    if (this.#transport === 'sse') {
      const { state, ...rest } = { attempt: 0, ...this.http.state }
      return state === 'up' ? connected.sse : { ...rest, state: 'offline' }
    }
    const { failures: attempt, retryAt } = this.#gateState
    if (this.#open.size > 0) return connected.websocket
    if (attempt === 0) return connecting
    return {
      state: 'offline',
      attempt,
      ...(retryAt !== undefined && { retryAt }),
      ...(this.#lastError && { error: this.#lastError }),
    }
  }
}
