/** A session's events to a socket, one a frame, as it takes them (G10). Used by `plain-connection.ts`. */
import type { SessionEvent } from '../../core/events.ts'
import type { AgentSocket } from '../websocket/agent-socket.ts'

/**
 * Resolves when the events end: `signal` was aborted, or the session is gone. No event is pulled while the socket has
 * bytes waiting. `onFirst` is called once the first is sent.
 */
export async function sendEvents(
  socket: Pick<AgentSocket, 'drained' | 'send'>,
  events: AsyncIterableIterator<SessionEvent>,
  { signal, onFirst }: { signal: AbortSignal; onFirst: () => void },
): Promise<void> {
  let isFirst = true
  for (;;) {
    const wait = socket.drained(signal)
    if (wait) await wait
    const next = await events.next()
    if (next.done) return
    socket.send(JSON.stringify(next.value))
    if (isFirst) onFirst()
    isFirst = false
  }
}
