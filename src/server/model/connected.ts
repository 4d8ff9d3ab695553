/**
 * Tells when a `fetch` has its connection. `fetch` itself tells of the headers only, and a model may think for
 * a minute before it sends them, so a time-out for connecting must not wait for those. Node's client publishes
 * the moment on a diagnostics channel; the async context says which call it is about.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { subscribe } from 'node:diagnostics_channel'

type Listener = () => void

const calls = new AsyncLocalStorage<Listener>()
const byRequest = new WeakMap<object, Listener>()

subscribe('undici:request:create', (message) => {
  const listener = calls.getStore()
  const request = requestOf(message)
  if (listener && request) byRequest.set(request, listener)
})
subscribe('undici:client:sendHeaders', (message) => {
  const request = requestOf(message)
  if (request) byRequest.get(request)?.()
})

/** Runs `start`, which calls `fetch`; `connected` is called when its request goes out. */
export function whenConnected<T>(connected: Listener, start: () => T): T {
  return calls.run(connected, start)
}

function requestOf(message: unknown): object | undefined {
  if (typeof message !== 'object' || message === null || !('request' in message)) return undefined
  return typeof message.request === 'object' && message.request ? message.request : undefined
}
