/**
 * The connection under a `fetch`, which hides it. Two things need it:
 *
 * - The time-out for connecting. `fetch` tells of the headers only, and a model may think for a minute
 *   before it sends them.
 * - Closing. Where a signal aborts a stream, Node's client (undici 7.29) destroys the connection, then opens
 *   another one that nobody asked for and keeps it for seconds. Where the socket goes first, it does not.
 *
 * Node's client publishes what it does on diagnostics channels; the async context says for which call.
 * Used by the wire of an attempt.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { subscribe } from 'node:diagnostics_channel'

interface Destroyable {
  destroy(): unknown
}

export class FetchConnection {
  readonly #connected: () => void
  #socket: Destroyable | null = null

  /** `connected` is called when the request goes out. */
  constructor(connected: () => void) {
    this.#connected = connected
  }

  /** Runs `start`, which calls `fetch` once. */
  during<T>(start: () => T): T {
    return calls.run(this, start)
  }

  /** Closes the connection while the response is under way; afterwards it belongs to the next call. */
  destroy(): void {
    this.#socket?.destroy()
    this.#socket = null
  }

  sent(socket: unknown): void {
    if (isDestroyable(socket)) this.#socket = socket
    this.#connected()
  }

  completed(): void {
    this.#socket = null
  }
}

const calls = new AsyncLocalStorage<FetchConnection>()
const byRequest = new WeakMap<object, FetchConnection>()

// For the life of the process: other calls of `fetch` are not in the map, and cost a look.
subscribe('undici:request:create', (message) => {
  const connection = calls.getStore()
  const { request } = fieldsOf(message)
  if (connection && typeof request === 'object' && request) byRequest.set(request, connection)
})
subscribe('undici:client:sendHeaders', (message) => {
  find(message)?.sent(fieldsOf(message).socket)
})
subscribe('undici:request:trailers', (message) => {
  find(message)?.completed()
})

function find(message: unknown): FetchConnection | undefined {
  const { request } = fieldsOf(message)
  return typeof request === 'object' && request ? byRequest.get(request) : undefined
}

function fieldsOf(message: unknown): { request?: unknown; socket?: unknown } {
  return typeof message === 'object' && message ? message : {}
}

function isDestroyable(value: unknown): value is Destroyable {
  return (
    typeof value === 'object' &&
    value !== null &&
    'destroy' in value &&
    typeof value.destroy === 'function'
  )
}
