/**
 * The connections that callers of the model keep for their next call, and how many of those the simulator closed by
 * itself, as any model's server does with one that was idle for long. A caller that was frozen meanwhile sends its next
 * request into such a connection, and it never arrives: chaos has to know of that. Used by the simulator.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

export class KeptConnections {
  /** Ever opened. */
  opened = 0
  /** Closed from this side while they were kept. */
  closed = 0
  readonly #kept = new WeakSet<Socket>()

  constructor(server: Server) {
    server.on('connection', (socket) => {
      this.opened++
      let hasLeft = false
      const leaves = () => {
        hasLeft = true
      }
      socket.once('end', leaves).once('error', leaves)
      socket.once('close', () => {
        if (this.#kept.has(socket) && !hasLeft) this.closed++
      })
    })
  }

  /** A call of the model: its connection is kept once it has its answer, and until its next request. */
  use({ socket }: IncomingMessage, res: ServerResponse): void {
    this.#kept.delete(socket)
    res.once('finish', () => this.#kept.add(socket))
  }
}
