/**
 * The WebSocket side of `/trpc`: guards the upgrade, hands the socket to tRPC, sweeps over what is open.
 * Used by `serve.ts`.
 */
import type { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { applyWSSHandler } from '@trpc/server/adapters/ws'
import { WebSocketServer } from 'ws'
import type { Addresses } from '../http/client-address.ts'
import type { OriginCheck } from '../http/origins.ts'
import { requestTarget } from '../http/request-target.ts'
import { oneAfterAnother } from '../one-after-another.ts'
import { bearerToken, createRequestContext, recognise, type Services } from '../request-context.ts'
import { appRouter } from '../trpc/router.ts'
import { reportError } from '../trpc-errors.ts'
import { AgentSocket } from './agent-socket.ts'
import { closeCodes } from './close-codes.ts'
import { maxPayload } from './frames.ts'
import { sweepSocket } from './sweep.ts'
import { type Refusal, refuseUpgrade } from './upgrade-refusal.ts'

/** As tRPC's own broadcast has it, which would tell all at once. */
const reconnectNotice = JSON.stringify({ id: null, method: 'reconnect' })

/** Calls in one frame, or in one HTTP request. */
export const maxBatchSize = 100

export interface SocketServer {
  /** The listener of the HTTP server's `upgrade`. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void
  /** Sends the reconnect notice to one after another, waits for those who move, then closes the others with `code`. */
  close(code: number): Promise<void>
}

export interface SocketServerInput {
  services: Services
  originOf: OriginCheck
  addresses: Addresses
}

export function openSocketServer({
  services,
  originOf,
  addresses,
}: SocketServerInput): SocketServer {
  const { timings, connections, metrics, limits } = services
  const options = {
    noServer: true,
    perMessageDeflate: false,
    maxPayload: maxPayload(limits.maxMessageBytes),
    WebSocket: AgentSocket,
    // What a peer gets to answer a close; the types of `ws` do not know it yet.
    closeTimeout: 5000,
  }
  const server = new WebSocketServer(options)
  metrics.observe('agent_server_buffered_bytes', 'What readers have yet to take.', () => {
    let bytes = 0
    for (const socket of server.clients) bytes += socket.bufferedAmount
    return bytes
  })
  const emptied = new Set<() => void>()
  applyWSSHandler({
    wss: server,
    router: appRouter,
    maxBatchSize,
    onError: (info) => reportError(services, info),
    async createContext({ res, info }) {
      // `ws` made it, of the class that it was told to.
      if (!(res instanceof AgentSocket)) throw new Error('not a socket of this server')
      const token = info.connectionParams?.token ?? res.takeBearer()
      await recognise(services, res, token)
      return createRequestContext(services, res)
    },
  })

  /** Null where the upgrade is let in. */
  function refusal(request: IncomingMessage): Refusal | null {
    const target = requestTarget(request)
    if (!target) return 400
    if (target.pathname !== '/trpc') return 404
    if (originOf(request) === 'foreign') return 403
    if (services.draining()) return 503
    const address = addresses.of(request)
    const admission = connections.check(address)
    if (admission === 'address-full') return 429
    if (admission === 'server-full') return 503
    // Who opens and is closed, over and over, is as much work as who stays.
    return services.openRate.take(address) === null ? null : 429
  }

  function welcome(socket: AgentSocket, request: IncomingMessage): void {
    const address = addresses.of(request)
    const bearer = bearerToken(request.headers.authorization)
    socket.begin(services, { net: request.socket, address, bearer })
    connections.enter(address)
    metrics.connections.inc({ transport: 'websocket' })
    socket.once('close', (code: number) => {
      connections.leave(address)
      if (socket.countedUserId !== null) connections.leaveUser(socket.countedUserId)
      metrics.connections.dec({ transport: 'websocket' })
      metrics.closed.inc({ code: countedCode(socket.cutWith ?? code) })
      // `ws` forgets the socket in a listener of its own, which ran before this one.
      if (server.clients.size === 0) for (const done of emptied) done()
    })
    forgetHeaders(request)
    server.emit('connection', socket, request)
  }

  const sweepAll = () => {
    for (const socket of server.clients) sweepSocket(socket, services)
  }
  const sweep = setInterval(sweepAll, timings.sweepMs)
  // At once: what is committed after a revocation is not sent to who was revoked.
  const unwatch = services.revoked.onRevoked(sweepAll)

  /** Resolves when no socket is open, or after `waitMs`. */
  function empty(waitMs: number): Promise<void> {
    if (server.clients.size === 0) return Promise.resolve()
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer)
        emptied.delete(done)
        resolve()
      }
      const timer = setTimeout(done, waitMs)
      emptied.add(done)
    })
  }

  return {
    upgrade(request, socket, head) {
      const status = socket instanceof Socket ? refusal(request) : 400
      if (status !== null) {
        metrics.refused.inc({ status })
        refuseUpgrade(socket, status)
        return
      }
      server.handleUpgrade(request, socket, head, welcome)
    },
    async close(code) {
      await oneAfterAnother([...server.clients], (socket) => socket.send(reconnectNotice), {
        spread: timings.notices,
      })
      await empty(timings.handOverMs)
      for (const socket of server.clients) socket.close(code)
      await empty(timings.closeWaitMs)
      clearInterval(sweep)
      unwatch()
      for (const socket of server.clients) socket.terminate()
      server.close()
    },
  }
}

/** As the figures have it: a peer may close with any of 2,000 codes of its own. */
function countedCode(code: number): string {
  const isOurs = Object.values<number>(closeCodes).includes(code)
  return isOurs || (code >= 1000 && code < 1016) ? String(code) : 'other'
}

/** tRPC keeps the request as long as the socket, and a browser's headers and cookies are kilobytes. */
function forgetHeaders(request: IncomingMessage): void {
  const { host } = request.headers
  request.rawHeaders = []
  request.headers = host === undefined ? {} : { host }
}
