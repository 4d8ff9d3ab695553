/**
 * Finds connections that ask on and on without waiting for the answers. No browser does that, and no client of ours;
 * each read from such a connection would be hundreds of calls at once. Used by `http-handler.ts`.
 */
import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** Requests of one connection that wait for their answers. */
const most = 8

export function createPipelineGuard(): (socket: Socket, response: ServerResponse) => boolean {
  const waiting = new WeakMap<Socket, number>()
  const add = (socket: Socket, by: 1 | -1) => {
    const count = (waiting.get(socket) ?? 0) + by
    waiting.set(socket, count)
    return count
  }
  return (socket, response) => {
    response.once('close', () => add(socket, -1))
    return add(socket, 1) > most
  }
}
