/**
 * One look at all connections, every half second: deadlines for a token, expiry, signs of life. One
 * timer for all, where a timer or two for each would cost memory and wake-ups. Used by
 * `websocket-server.ts`.
 */
import type { Services } from '../request-context.ts'
import { overBecause } from '../standing.ts'
import type { AgentSocket } from './agent-socket.ts'

export function sweepSocket(
  socket: AgentSocket,
  services: Pick<Services, 'now' | 'timings' | 'authenticator'>,
): void {
  const { timings } = services
  const nowMs = services.now()
  if (socket.cutWith !== null && nowMs - socket.cutAtMs >= timings.cutWaitMs) socket.terminate()
  if (socket.readyState !== socket.OPEN) return
  const { standing } = socket
  if (standing.state === 'unknown') {
    if (nowMs - socket.openedAtMs >= timings.authDeadlineMs) {
      socket.cut(standing.reason)
      return
    }
  } else {
    const over = overBecause(standing, services)
    if (over) {
      socket.cut(over)
      return
    }
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
