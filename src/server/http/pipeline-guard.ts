/**
 * Connections that ask on without waiting for the answers: each request waits for the one before it, and who goes on and
 * on is to be cut. No browser does that, and no client of ours; each read from such a connection would be hundreds
 * of calls at once. Used by `http-handler.ts`.
 */
import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** Requests of one connection that wait for their answers. */
const most = 8

/** Node's own, of a socket that HTTP is read from; what it returns says how the rest of the read is taken. */
interface Parsed {
  parser?: { onIncoming: (() => number) | null } | null
}
/** "An upgrade: what follows is no HTTP". */
const lookNoFurther = 2

export interface PipelineGuard {
  /**
   * Ends a connection, and what was read of it: that may be hundreds of requests more, each of which would be made, and
   * aborted with a stack of its own.
   */
  cut(socket: Socket & Parsed): void
  /** Whether this is one too many. Once for each request. */
  isTooMany(socket: Socket, response: ServerResponse): boolean
  /** Resolves when the request before is answered, or its connection gone; null where there is none. */
  turn(response: ServerResponse): Promise<void> | null
}

export function createPipelineGuard(): PipelineGuard {
  /** Of each connection, what is not answered yet. */
  const waiting = new WeakMap<Socket, Set<ServerResponse>>()
  const before = new WeakMap<ServerResponse, ServerResponse>()
  return {
    cut(socket) {
      if (socket.parser) socket.parser.onIncoming = () => lookNoFurther
      socket.destroy()
    },
    isTooMany(socket, response) {
      const open = waiting.get(socket) ?? new Set()
      waiting.set(socket, open)
      const last = [...open].at(-1)
      if (last) before.set(response, last)
      open.add(response)
      response.once('close', () => open.delete(response))
      return open.size > most
    },
    turn(response) {
      const last = before.get(response)
      if (!last || last.closed) return null
      return new Promise((resolve) => last.once('close', resolve))
    },
  }
}
