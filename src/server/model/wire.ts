/**
 * The connection of one attempt: opens it, watches it, and knows what cut it. Used by the attempt, which reads
 * what comes over it.
 *
 * On `node:http` and not on `fetch`: a piece of the stream costs half as much, a cut closes the connection and
 * opens no other, and the time of connecting is told apart from the time of waiting for the headers
 * (docs/decisions/006-model-over-node-http.md).
 */
import http, { type ClientRequest, type IncomingMessage } from 'node:http'
import https from 'node:https'
import net from 'node:net'
import type { Clock } from '../../core/ports/clock.ts'
import type { AnswerSink } from './answer-reader.ts'
import { modelError } from './failure.ts'
import { createWatchdog, type Watchdog } from './watchdog.ts'

export interface WireOptions {
  url: string
  headers: Record<string, string>
  body: string
  connectTimeoutMs: number
  /** Between one sign of life and the next, once the first token came. */
  idleTimeoutMs: number
  clock: Clock
  sink: AnswerSink
  /** Cuts the connection. */
  signal: AbortSignal
}

export class Wire {
  readonly sink: AnswerSink
  readonly #options: WireOptions
  readonly #onStop: () => void
  #cut: { aborted: boolean; reason?: unknown } = { aborted: false }
  #request: ClientRequest | null = null
  #silence: Watchdog | null = null

  constructor(options: WireOptions) {
    const { signal, sink, clock, idleTimeoutMs } = options
    this.#options = options
    this.#onStop = () => this.#break(signal.reason)
    signal.addEventListener('abort', this.#onStop, { once: true })
    if (signal.aborted) this.#onStop()
    // The check before each call of the sink: it may be the sink's own call that aborts.
    this.sink = {
      text: (text) => {
        signal.throwIfAborted()
        sink.text(text)
      },
      from: (source) => sink.from?.(source),
      reasoning: (text) => {
        signal.throwIfAborted()
        sink.reasoning(text)
      },
      token: () => {
        signal.throwIfAborted()
        this.#silence ??= createWatchdog(clock, idleTimeoutMs, () => {
          this.#break(modelError('UPSTREAM_TIMEOUT'))
        })
        sink.token()
      },
    }
  }

  /** True once the attempt was ended from outside. */
  get stopped(): boolean {
    return this.#options.signal.aborted
  }

  now(): number {
    return this.#options.clock.now()
  }

  alive(): void {
    this.#silence?.seen()
  }

  /** Cuts the connection after a while; the returned function calls it off. */
  after(delayMs: number): () => void {
    return this.#options.clock.after(delayMs, () => this.#break(modelError('UPSTREAM_TIMEOUT')))
  }

  /** Sends the request; resolves with the head of the response, whose body is to be read with `read`. */
  open(): Promise<IncomingMessage> {
    const { url, headers, body, connectTimeoutMs } = this.#options
    const connected = this.after(connectTimeoutMs)
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
    const request = send(url, {
      headers: { ...headers, 'Content-Length': Buffer.byteLength(body) },
    })
    this.#request = request
    request.once('socket', (socket) => {
      if (!socket.connecting) connected()
      else socket.once(url.startsWith('https:') ? 'secureConnect' : 'connect', connected)
    })
    request.once('response', resolve)
    // For its whole life: what comes after the response is told by the response too.
    request.on('error', (cause) => {
      if (this.#cut.aborted) reject(this.#cut.reason)
      else
        reject(
          modelError(isTimeout(cause) ? 'UPSTREAM_TIMEOUT' : 'UPSTREAM_UNAVAILABLE', { cause }),
        )
    })
    if (this.#cut.aborted) request.destroy(new Error('cut'))
    request.end(body)
    return promise.finally(connected)
  }

  /**
   * Gives the body to `onBytes` as it comes, until its end, or until `onBytes` says that it has enough. Null
   * then; else what broke it off. Rejects with what `onBytes` threw, and where the attempt is stopped.
   */
  read(response: IncomingMessage, onBytes: (bytes: Buffer) => 'more' | 'enough'): Promise<unknown> {
    return new Promise((resolve, reject) => {
      let over = false
      const end = (settle: () => void) => {
        over = true
        if (this.stopped) reject(this.#options.signal.reason)
        else settle()
      }
      const broken = (cause?: unknown) =>
        end(() => {
          const truncated = modelError('UPSTREAM_TRUNCATED', { cause })
          resolve(this.#cut.aborted ? this.#cut.reason : truncated)
        })
      const take = (bytes: Buffer) => {
        if (over) return
        try {
          if (onBytes(bytes) === 'enough') end(() => resolve(null))
        } catch (cause) {
          end(() => reject(cause))
        }
      }
      // What came with the head.
      response.on('data', take)
      // What the parser makes of the rest goes straight on: a tenth of what a piece costs is its way through a stream
      // that holds nothing back (docs/decisions/101-a-piece-is-read-the-short-way.md).
      const push = response.push.bind(response)
      response.push = (bytes: Buffer | null) => {
        if (bytes === null) return push(null)
        take(bytes)
        return true
      }
      const { socket } = response
      this.sink.from?.({ hold: () => void socket.pause(), go: () => void socket.resume() })
      response.once('end', () => end(() => resolve(null)))
      response.on('error', broken)
      response.once('close', broken)
    })
  }

  /** Closes the connection, unless its response was read to the end: then it is kept for the next call. */
  close(): void {
    this.#silence?.stop()
    this.#options.signal.removeEventListener('abort', this.#onStop)
    this.#break()
  }

  #break(reason?: unknown): void {
    if (!this.#cut.aborted) this.#cut = { aborted: true, reason }
    // Of a request whose response was read to the end, this does nothing: its connection went back.
    this.#request?.destroy(new Error('cut'))
  }
}

/** What all connections read into: the parser copies what it gives on. */
const oneBuffer = Buffer.allocUnsafeSlow(64 * 1024)

/** Whose connections read without a stream and without a buffer for each read: a tenth of what a piece costs. */
class PlainAgent extends http.Agent {
  override createConnection(options: http.ClientRequestArgs): net.Socket {
    const socket: net.Socket = net.connect({
      ...(options as net.TcpNetConnectOpts),
      onread: {
        buffer: oneBuffer,
        callback: (size, bytes) => {
          socket.emit('data', bytes.subarray(0, size))
          // False would stop the reading: of a connection that is kept, nobody listens.
          return true
        },
      },
    })
    return socket
  }
}

const agents = {
  'http:': new PlainAgent({ keepAlive: true }),
  'https:': new https.Agent({ keepAlive: true }),
}

/** Follows no redirect: it would carry the key to somewhere else. */
function send(url: string, { headers }: { headers: http.OutgoingHttpHeaders }): ClientRequest {
  const { protocol } = new URL(url)
  if (protocol === 'https:') {
    return https.request(url, { method: 'POST', headers, agent: agents['https:'] })
  }
  return http.request(url, { method: 'POST', headers, agent: agents['http:'] })
}

function isTimeout(error: Error): boolean {
  return 'code' in error && /TIMEOUT|ETIMEDOUT/.test(String(error.code))
}
