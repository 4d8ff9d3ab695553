/**
 * The WebSockets of `/trpc` and `/ws`: guards the upgrade, hands the socket to tRPC or to the plain
 * conversation, sweeps over what is open. Used by `serve.ts`.
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
import { placeIn } from '../plain/place.ts'
import { openPlainConnection, type PlainConnection } from '../plain/plain-connection.ts'
import { plainDialect } from '../plain/plain-dialect.ts'
import { bearerToken, createRequestContext, recognise, type Services } from '../request-context.ts'
import { appRouter } from '../trpc/router.ts'
import { reportError } from '../trpc-errors.ts'
import { AgentSocket } from './agent-socket.ts'
import { closeCodes } from './close-codes.ts'
import type { Dialect } from './dialect.ts'
import { maxBatchSize, maxPayload, trpcDialect } from './frames.ts'
import { sweepSocket } from './sweep.ts'
import { type Refusal, refuseUpgrade } from './upgrade-refusal.ts'

/** As tRPC's own broadcast has it, which would tell all at once. */
const reconnectNotice = JSON.stringify({ id: null, method: 'reconnect' })

export interface SocketServer {
  /** The listener of the HTTP server's `upgrade`. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void
  /** Sends the reconnect notice, to one after another; once, however often it is called. */
  tell(): Promise<void>
  /** Tells, waits for those who move, then closes the others with `code`. */
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
  // One of its own: tRPC tells its notice to all sockets of the server that it is given.
  const plainServer = new WebSocketServer({ ...options, clientTracking: false })
  const plain = new Map<AgentSocket, PlainConnection>()
  const sockets = new Set<AgentSocket>()
  metrics.observe('agent_server_buffered_bytes', 'What readers have yet to take.', () => {
    let bytes = 0
    for (const socket of sockets) bytes += socket.bufferedAmount
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
    const address = addresses.of(request)
    if (services.offences.outMs(address) > 0) return 429
    const target = requestTarget(request)
    if (!target) return 400
    if (target.pathname !== '/trpc' && target.pathname !== '/ws') return 404
    if (originOf(request) === 'foreign') return 403
    if (services.draining()) return 503
    const admission = connections.check(address)
    if (admission === 'address-full') return 429
    if (admission === 'server-full') return 503
    // Who opens and is closed, over and over, is as much work as who stays.
    return services.openRate.take(address) === null ? null : 429
  }

  function welcome(
    socket: AgentSocket,
    { request, dialect }: { request: IncomingMessage; dialect: Dialect },
  ): void {
    const address = addresses.of(request)
    const bearer = bearerToken(request.headers.authorization)
    socket.begin(services, { net: request.socket, address, bearer, dialect })
    sockets.add(socket)
    connections.enter(address)
    metrics.connections.inc({ transport: 'websocket' })
    socket.once('close', (code: number) => {
      connections.leave(address)
      socket.leaveUser?.()
      metrics.connections.dec({ transport: 'websocket' })
      metrics.closed.inc({ code: countedCode(socket.cutWith ?? code) })
      sockets.delete(socket)
      if (sockets.size === 0) for (const done of emptied) done()
    })
    forgetHeaders(request)
  }

  function welcomeTrpc(socket: AgentSocket, request: IncomingMessage): void {
    welcome(socket, { request, dialect: trpcDialect })
    server.emit('connection', socket, request)
  }

  function welcomePlain(socket: AgentSocket, request: IncomingMessage): void {
    welcome(socket, { request, dialect: plainDialect })
    const place = placeIn(requestTarget(request))
    const connection = openPlainConnection(services, socket, place)
    plain.set(socket, connection)
    socket.once('close', () => plain.delete(socket))
  }

  const sweepAll = () => {
    for (const socket of sockets) sweepSocket(socket, services)
  }
  const sweep = setInterval(sweepAll, timings.sweepMs)
  // At once: what is committed after a revocation is not sent to who was revoked.
  const unwatch = services.revoked.onRevoked(sweepAll)

  /** Resolves when no socket is open, or after `waitMs`. */
  function empty(waitMs: number): Promise<void> {
    if (sockets.size === 0) return Promise.resolve()
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

  let telling: Promise<void> | null = null
  function tell(): Promise<void> {
    const tellOne = (socket: AgentSocket) => {
      const connection = plain.get(socket)
      if (connection) connection.announceStop()
      else socket.send(reconnectNotice)
    }
    telling ??= oneAfterAnother([...sockets], tellOne, { spread: timings.notices })
    return telling
  }

  return {
    tell,
    upgrade(request, socket, head) {
      const status = socket instanceof Socket ? refusal(request) : 400
      if (status !== null) {
        metrics.refused.inc({ status })
        // That there is no room, or no time, is none of its doing.
        if (status !== 503) services.offences.add(addresses.of(request))
        refuseUpgrade(socket, status)
        return
      }
      if (requestTarget(request)?.pathname === '/ws') {
        plainServer.handleUpgrade(request, socket, head, welcomePlain)
      } else {
        server.handleUpgrade(request, socket, head, welcomeTrpc)
      }
    },
    async close(code) {
      await tell()
      await empty(timings.handOverMs)
      for (const socket of sockets) socket.close(code)
      await empty(timings.closeWaitMs)
      clearInterval(sweep)
      unwatch()
      for (const socket of sockets) socket.terminate()
      server.close()
      plainServer.close()
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
