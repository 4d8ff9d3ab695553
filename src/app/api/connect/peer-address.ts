/**
 * Adds the address that a request comes from to the right of its `X-Forwarded-For`, as every proxy does. Next.js
 * writes the header only where the client sent none, so that anybody could make one up; and a route does not
 * see the socket. Used by `src/instrumentation.ts`.
 */
import { subscribe } from 'node:diagnostics_channel'
import { IncomingMessage } from 'node:http'

/** Node's own: told of each request before its server is. */
const requestStart = 'http.server.request.start'

export function addPeerAddresses(): void {
  subscribe(requestStart, (message) => {
    if (typeof message !== 'object' || message === null || !('request' in message)) return
    const { request } = message
    if (request instanceof IncomingMessage) addPeerAddress(request)
  })
}

function addPeerAddress({ headers, socket }: IncomingMessage): void {
  const before = headers['x-forwarded-for']
  const peer = socket.remoteAddress ?? 'unknown'
  headers['x-forwarded-for'] = before === undefined ? peer : `${before}, ${peer}`
}
