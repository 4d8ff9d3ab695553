/** The network between the browser and the agent server, in the words of the specs: the kit's connection. */
import type { Connection } from '../../src/testing/index.ts'

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

export const networkOf = (connection: Connection): Network => ({
  port: connection.port,
  goAway: () => connection.cut(),
  loseReplies: () => connection.loseReplies(),
  blockWebSocket: () => connection.blockWebSocket(),
  comeBack: () => connection.restore(),
})
