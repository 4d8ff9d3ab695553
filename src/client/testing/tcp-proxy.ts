/**
 * A TCP proxy that tests put between a client and a server, to do to the connection what networks do.
 * Used by the tests of the client, of faults, and end to end.
 */
import { connect, createServer, type Socket } from 'node:net'

export interface TcpProxy extends AsyncDisposable {
  readonly port: number
  /** Connections that were ever taken. */
  readonly connections: number
  /** Pairs that are open now. */
  readonly open: number
  /** Breaks all connections at once, as a network that goes away and says so. */
  cutAll(): void
  /** Passes nothing on any more, in either direction, and says nothing: a cable that was pulled. */
  pause(): void
  resume(): void
  /** While on, what the server says is lost, and what the client says arrives. */
  muteServer(on: boolean): void
  /** While on, whoever connects is sent away. */
  refuse(on: boolean): void
  /** Cuts each connection after so many bytes from the server, chosen anew for each; null for never. */
  cutAfter(bytes: (() => number) | null): void
  close(): Promise<void>
}

export async function openTcpProxy({
  targetPort,
  port = 0,
}: {
  targetPort: number
  port?: number
}): Promise<TcpProxy> {
  const pairs = new Set<{ near: Socket; far: Socket }>()
  let paused = false
  let refusing = false
  let muted = false
  let connections = 0
  let limit: (() => number) | null = null

  const server = createServer({ noDelay: true }, (near) => {
    connections++
    if (refusing) {
      near.on('error', () => {})
      near.resetAndDestroy()
      return
    }
    const far = connect({ port: targetPort, host: '127.0.0.1', noDelay: true })
    const pair = { near, far }
    pairs.add(pair)
    let left = limit?.() ?? Number.POSITIVE_INFINITY
    near.on('data', (bytes) => far.write(bytes))
    far.on('data', (bytes) => {
      if (muted) return
      near.write(bytes.subarray(0, left))
      left -= bytes.length
      if (left <= 0) cut(pair)
    })
    for (const socket of [near, far]) {
      if (paused) socket.pause()
      socket.on('error', () => cut(pair))
      socket.on('close', () => cut(pair))
    }
  })

  function cut(pair: { near: Socket; far: Socket }) {
    if (!pairs.delete(pair)) return
    // What was written goes out first: a cut is between two bytes, not a loss of earlier ones.
    pair.near.destroySoon()
    pair.far.destroy()
  }

  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      for (const pair of [...pairs]) {
        pairs.delete(pair)
        pair.near.destroy()
        pair.far.destroy()
      }
    })

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => resolve())
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port')
  return {
    port: address.port,
    get connections() {
      return connections
    },
    get open() {
      return pairs.size
    },
    cutAll() {
      for (const pair of [...pairs]) cut(pair)
    },
    pause() {
      paused = true
      for (const { near, far } of pairs) {
        near.pause()
        far.pause()
      }
    },
    resume() {
      paused = false
      for (const { near, far } of pairs) {
        near.resume()
        far.resume()
      }
    },
    muteServer(on) {
      muted = on
    },
    refuse(on) {
      refusing = on
    },
    cutAfter(bytes) {
      limit = bytes
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}
