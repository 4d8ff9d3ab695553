/**
 * One look at all connections, every half second: deadlines for a token, expiry, signs of life. One
 * timer for all, where a timer or two for each would cost memory and wake-ups. Used by
 * `websocket-server.ts`.
 */
import type { Timings } from '../settings.ts'
import type { AgentSocket } from './agent-socket.ts'

export function sweepSocket(
  socket: AgentSocket,
  { nowMs, timings }: { nowMs: number; timings: Timings },
): void {
  if (socket.cutWith !== null && nowMs - socket.cutAtMs >= timings.cutWaitMs) socket.terminate()
  if (socket.readyState !== socket.OPEN) return
  const { standing } = socket
  switch (standing.state) {
    case 'unknown':
      if (nowMs - socket.openedAtMs >= timings.authDeadlineMs) {
        socket.closeUnauthorized(standing.reason)
        return
      }
      break
    case 'known':
      if (nowMs >= standing.identity.expiresAtMs) {
        socket.closeUnauthorized('TOKEN_EXPIRED')
        return
      }
      break
  }
  if (socket.asked) {
    if (nowMs - socket.asked.atMs < timings.pongWaitMs) return
    // The answer waits behind a backlog: it lives while the backlog shrinks.
    if (socket.bufferedAmount > 0 && socket.taken > socket.asked.taken) {
      socket.asked = { atMs: nowMs, taken: socket.taken }
    } else {
      socket.terminate()
    }
  } else if (nowMs - socket.lastSeenMs >= timings.pingMs) {
    socket.asked = { atMs: nowMs, taken: socket.taken }
    socket.ping()
  }
}
