/**
 * The network between the browser and the agent server: a TCP proxy that can lose what passes. It also
 * keeps the agent server's address while the server itself comes and goes. Used by `product.ts`.
 */
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

export interface Network {
  readonly port: number
  /** Breaks every connection, and lets nobody through until `comeBack`. */
  goAway(): void
  /** What the server says from now on is lost; what the browser says arrives. Until `comeBack`. */
  loseReplies(): void
  /** Answers WebSocket upgrades with 403, and breaks those that are open; HTTP passes. Until `comeBack`. */
  blockWebSocket(): void
  comeBack(): void
}

export interface NetworkToServer extends Network {
  /** Where new connections lead; null while there is no server. */
  leadTo(port: number | null): void
  close(): Promise<void>
}

export async function openNetwork(): Promise<NetworkToServer> {
  const pairs = new Map<Socket, Socket>()
  let state: 'up' | 'away' | 'deaf' | 'http-only' = 'up'
  let target: number | null = null

  const cut = (near: Socket) => {
    const far = pairs.get(near)
    pairs.delete(near)
    near.destroy()
    far?.destroy()
  }
  const cutAll = () => {
    for (const near of [...pairs.keys()]) cut(near)
  }
  const server = createServer({ noDelay: true }, (near) => {
    near.on('error', () => cut(near))
    if (state === 'away' || target === null) {
      near.resetAndDestroy()
      return
    }
    const far = connect({ port: target, host: '127.0.0.1', noDelay: true })
    pairs.set(near, far)
    near.on('data', (bytes) => {
      if (state === 'http-only' && isUpgrade(bytes)) {
        near.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\nconnection: close\r\n\r\n')
      } else far.write(bytes)
    })
    far.on('data', (bytes) => {
      if (state !== 'deaf') near.write(bytes)
    })
    near.on('close', () => cut(near))
    far.on('close', () => cut(near)).on('error', () => cut(near))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || !address) throw new Error('the network has no port')

  return {
    port: address.port,
    leadTo(port) {
      target = port
    },
    goAway() {
      state = 'away'
      cutAll()
    },
    loseReplies() {
      state = 'deaf'
    },
    blockWebSocket() {
      state = 'http-only'
      cutAll()
    },
    comeBack() {
      // What was lost on the way is not made up for: those connections are dead.
      if (state === 'deaf') cutAll()
      state = 'up'
    },
    async close() {
      cutAll()
      server.close()
      await once(server, 'close')
    },
  }
}

/** A browser sends its head in one piece. */
function isUpgrade(bytes: Buffer): boolean {
  const text = bytes.toString('latin1')
  return text.startsWith('GET ') && /\r\nupgrade: *websocket\r\n/i.test(text)
}
