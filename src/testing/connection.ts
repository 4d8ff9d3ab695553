/**
 * The network between whoever is tested and the agent server: a proxy that can lose what passes. It also keeps the
 * server's address while the server itself comes and goes. Used by `server.ts`.
 */
import { openTcpProxy } from '../client/testing/tcp-proxy.ts'

export interface Connection {
  /** Where pages and programs reach the server. */
  readonly port: number
  /** Breaks every connection, and lets nobody through until `restore`. */
  cut(): void
  /** Breaks every connection; whoever comes back gets through. */
  cutOnce(): void
  /**
   * Breaks the connection over which the first event comes whose `seq` is this or a later one, before it has passed;
   * whoever comes back gets through. Deltas that wait together come as one event, with the `seq` of the last of
   * them. Resolves when that has happened.
   */
  cutAtEvent(seq: number): Promise<void>
  /** Nothing passes in either direction, and nobody is told: a cable that was pulled. Until `restore`. */
  freeze(): void
  /** What the server says from now on is lost; what it is told arrives. Until `restore`. */
  loseReplies(): void
  /** Answers WebSocket upgrades with 403, and breaks those that are open; HTTP passes. Until `restore`. */
  blockWebSocket(): void
  /** Ends all of the above. */
  restore(): void
}

export interface ConnectionToServer extends Connection {
  /** Where new connections lead; null while there is no server. */
  leadTo(port: number | null): void
  /** Whether one could notice, since it was last set to false, that something was cut. */
  disturbed: boolean
  close(): Promise<void>
}

/** How an event begins, over WebSocket and as a server-sent event: its id has its number. */
const event = /"type":"data","id":"[^"]*-(\d+)"|^id: ?[^\n]*-(\d+)$/gm

export async function openConnection(): Promise<ConnectionToServer> {
  const proxy = await openTcpProxy({ targetPort: null })
  let isDeaf = false
  const disturb = (how: () => void) => () => {
    connection.disturbed = true
    how()
  }
  const connection: ConnectionToServer = {
    port: proxy.port,
    disturbed: false,
    leadTo: (port) => proxy.leadTo(port),
    cut: disturb(() => {
      proxy.refuse(true)
      proxy.cutAll()
    }),
    cutOnce: disturb(() => proxy.cutAll()),
    cutAtEvent(seq) {
      connection.disturbed = true
      return new Promise((resolve) => proxy.cutBefore({ find: findEvent(seq), onCut: resolve }))
    },
    freeze: disturb(() => proxy.pause()),
    loseReplies: disturb(() => {
      isDeaf = true
      proxy.muteServer(true)
    }),
    blockWebSocket: disturb(() => {
      proxy.blockUpgrades('forbid')
      proxy.cutAll()
    }),
    restore() {
      // What was lost on the way is not made up for: those connections are dead.
      if (isDeaf) proxy.cutAll()
      isDeaf = false
      proxy.heal()
    },
    close: () => proxy.close(),
  }
  return connection
}

/** Where the first such event begins in a piece of what the server says; -1 where there is none. */
const findEvent = (seq: number) => (said: string) => {
  for (const found of said.matchAll(event)) {
    if (Number(found[1] ?? found[2]) >= seq) return found.index
  }
  return -1
}
