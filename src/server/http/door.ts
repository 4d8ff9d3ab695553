/**
 * Which HTTP requests are let in at all: before any work, and before they are read. Whose address goes on although it
 * was refused gets a short answer, then none. Used by `http-handler.ts`; the upgrades have the same in
 * `websocket-server.ts`, new connections in `peer-guard.ts`.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Limits } from '../limits/limits.ts'
import { weights } from '../limits/offences.ts'
import type { Addresses } from './client-address.ts'
import { allowOrigin } from './cors.ts'
import type { OriginCheck } from './origins.ts'
import type { PipelineGuard } from './pipeline-guard.ts'
import { answerTooMany } from './too-many-requests.ts'

/** Whoever watches the server may have an address in common with who abuses it: they are counted, and answered. */
const probes = new Set(['/healthz', '/readyz'])

export interface DoorInput {
  services: Pick<Limits, 'offences' | 'requestRate'>
  addresses: Addresses
  originOf: OriginCheck
  pipelines: PipelineGuard
}

/** False where it was answered, or cut off. */
export function createDoor({ services, addresses, originOf, pipelines }: DoorInput) {
  const { offences, requestRate } = services

  return (request: IncomingMessage, response: ServerResponse): boolean => {
    const { socket } = request
    // What a read still had in it when the connection was cut.
    if (socket.destroyed) return false
    const address = addresses.of(request)
    if (pipelines.isTooMany(socket, response)) {
      offences.add(address, weights.pipeline)
      pipelines.cut(socket)
      return false
    }
    const outMs = offences.outMs(address)
    const retryAfterMs = outMs > 0 ? outMs : requestRate.take(address)
    if (retryAfterMs === null) return true
    offences.add(address)
    // What comes by a proxy, or by the web app, is one of many on its connection.
    const isAlone = addresses.ofPeer(socket.remoteAddress ?? '') === address
    if (isAlone && offences.isShut(address)) {
      socket.destroy()
      return false
    }
    if (probes.has(request.url ?? '')) return true
    if (isAlone && outMs > 0) response.setHeader('connection', 'close')
    if (originOf(request) === 'allowed') allowOrigin(request, response)
    answerTooMany(response, retryAfterMs)
    return false
  }
}
