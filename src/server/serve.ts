/**
 * The agent on a port: one `node:http` server, with the WebSocket side on its upgrades. Used by
 * `compose.ts`.
 */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createAddresses } from './http/client-address.ts'
import type { HttpCaller } from './http/http-caller.ts'
import { createHttpHandler } from './http/http-handler.ts'
import { createOriginCheck } from './http/origins.ts'
import { guardPeers } from './limits/peer-guard.ts'
import { oneAfterAnother } from './one-after-another.ts'
import type { Services } from './request-context.ts'
import type { ServerSettings } from './settings.ts'
import { StartError } from './start-error.ts'
import { openSocketServer } from './websocket/websocket-server.ts'

/** What a peer gets to send its headers, and its whole request. */
const headersTimeoutMs = 10_000
const requestTimeoutMs = 30_000
/** After so many a client opens another connection, as HTTP lets it. */
const requestsPerConnection = 1000

export interface Serving {
  host: string
  port: number
  /** Tells clients to come back, one after another, while the port still answers. */
  tell(): Promise<void>
  /** Frees the port, moves or closes all connections. WebSockets are closed with `code`. */
  close(code: number): Promise<void>
}

export interface ServeInput {
  settings: ServerSettings
  services: Services
  /** Rejects while the store does not answer. */
  ping(): Promise<void>
}

/** Throws `StartError` where the port cannot be had. */
export async function openServing({ settings, services, ping }: ServeInput): Promise<Serving> {
  const { timings } = services
  const shared = {
    services,
    originOf: createOriginCheck(settings),
    addresses: createAddresses({
      proxies: settings.trustProxy,
      forwardSecret: settings.forwardSecret,
    }),
  }
  const streams = new Set<HttpCaller>()
  const http = createServer(
    {
      headersTimeout: headersTimeoutMs,
      requestTimeout: requestTimeoutMs,
      connectionsCheckingInterval: 5000,
      // Another kind of upgrade is answered as HTTP.
      shouldUpgradeCallback: ({ headers }) => headers.upgrade?.toLowerCase() === 'websocket',
    },
    createHttpHandler({ ...shared, streams, ping }),
  )
  http.maxRequestsPerSocket = requestsPerConnection
  const { addresses } = shared
  guardPeers(http, { limits: settings.limits, addresses, offences: services.offences })
  // Who goes on after the last one: Node would answer each.
  http.on('dropRequest', (_, socket) => socket.destroy())
  await listen(http, settings)
  const sockets = openSocketServer(shared)
  http.on('upgrade', sockets.upgrade)
  http.on('error', (cause) => services.log.error({ err: cause }, 'the port has trouble'))
  const sweepAll = () => {
    for (const stream of streams) stream.sweep()
  }
  const sweep = setInterval(sweepAll, timings.sweepMs)
  const unwatch = services.revoked.onRevoked(sweepAll)

  async function tell(): Promise<void> {
    const cutStreams = oneAfterAnother([...streams], (stream) => stream.cut(), {
      spread: timings.notices,
    })
    await Promise.all([cutStreams, sockets.tell()])
  }

  return {
    tell,
    host: settings.host,
    port: portOf(http),
    async close(code) {
      clearInterval(sweep)
      unwatch()
      // The port first: the notice brings clients back at once, and they must not find this server.
      const closed = new Promise((resolve) => http.close(resolve))
      await Promise.all([tell(), sockets.close(code)])
      const timer = setTimeout(() => http.closeAllConnections(), timings.closeWaitMs)
      await closed
      clearTimeout(timer)
    },
  }
}

function listen(http: Server, { host, port }: ServerSettings): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (cause: NodeJS.ErrnoException) => {
      reject(new StartError(sentence(cause, { host, port }), cause))
    }
    http.once('error', fail)
    http.listen({ host, port }, () => {
      http.off('error', fail)
      resolve()
    })
  })
}

function sentence(cause: NodeJS.ErrnoException, at: { host: string; port: number }): string {
  switch (cause.code) {
    case 'EADDRINUSE':
      return `Port ${at.port} on ${at.host} is in use. Stop what uses it, or set AGENT_PORT to another.`
    case 'EACCES':
      return `Port ${at.port} on ${at.host} may not be used by this user. Set AGENT_PORT to 1024 or higher.`
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `This machine has no address ${at.host}. Set AGENT_HOST to one of its own.`
    default:
      return `The agent server cannot listen on ${at.host}, port ${at.port}: ${cause.message}.`
  }
}

function portOf(http: Server): number {
  const address: AddressInfo | string | null = http.address()
  if (address === null || typeof address === 'string') throw new Error('not listening')
  return address.port
}
