/**
 * Our own words: a guest for each session, a token for each connection, a subscription that resumes by
 * event id. Only what the public contract says.
 */
import { randomUUID } from 'node:crypto'
import type { SessionEvent } from '../../../src/core/events.ts'
import { type Dialect, question, type Session, type Sink } from './dialect.ts'
import { openTrpcSocket } from './trpc-socket.ts'

const path = '/trpc'

export async function createOursDialect(ports: readonly number[]): Promise<Dialect> {
  const [port = 0] = ports
  let sessions = 0
  // One connection asks for all guests. It is a guest itself: one without a token is not let stay.
  const door = await openTrpcSocket({
    port,
    path,
    onData: () => undefined,
    onFault: () => undefined,
  })
  const newGuest = async () => {
    const { token } = (await door.mutate('auth.guest', undefined)) as { token: string }
    return token
  }
  await door.mutate('auth.refresh', { token: await newGuest() })
  return {
    servers: ports.length,
    openSession: async () => {
      const first = sessions++
      let readers = 0
      const next = () => ports[(first + readers++) % ports.length] ?? port
      return sessionOf(next, await newGuest())
    },
    close: door.destroy,
  }
}

/** `nextPort` is asked for each connection. */
function sessionOf(nextPort: () => number, token: string): Session {
  let sessionId = ''
  return {
    async attach(sink, lastEventId) {
      const socket = await openTrpcSocket({
        port: nextPort(),
        path,
        connectionParams: { token },
        onData: (data, atUs) => read(data as SessionEvent, atUs, sink),
        onFault: sink.fault,
      })
      if (!sessionId) {
        const session = (await socket.mutate('session.create', {})) as { sessionId: string }
        sessionId = session.sessionId
      }
      await socket.subscribe('session.events', { sessionId, lastEventId })
      const ask = async () => {
        const id = randomUUID()
        await socket.mutate('agent.query', { sessionId, id, content: question })
      }
      return {
        ask: () => void ask().catch((cause: Error) => sink.fault(cause.message)),
        pause: socket.pause,
        resume: socket.resume,
        cut: socket.destroy,
        lastId: socket.lastId,
      }
    },
  }
}

function read(event: SessionEvent, atUs: number, sink: Sink): void {
  switch (event.type) {
    case 'delta':
      return sink.text(event.content, atUs)
    case 'response':
      return sink.end(atUs, event.content)
    case 'error':
      return sink.fault(`${event.code}: ${event.content}`)
    case 'reset':
      return sink.fault(`reset: ${event.reason}`)
    case 'status':
      if (event.state === 'retrying' || event.state === 'restarting') sink.fault(event.content)
      return
    default:
      return
  }
}
