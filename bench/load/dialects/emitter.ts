/** The words of tRPC's documented pattern: `bench/peers/trpc-emitter.ts`. */
import { type Dialect, question } from './dialect.ts'
import { openTrpcSocket } from './trpc-socket.ts'

export function createEmitterDialect(port: number): Dialect {
  let sessions = 0
  return {
    async openSession() {
      sessions++
      const sessionId = String(sessions)
      return {
        async attach(sink, lastEventId) {
          const socket = await openTrpcSocket({
            port,
            path: '/',
            onData(data, atUs) {
              const event = data as { type: string; content: string }
              if (event.type === 'delta') sink.text(event.content, atUs)
              else if (event.type === 'done') sink.end(atUs)
              else sink.fault(event.content)
            },
            onFault: sink.fault,
          })
          await socket.subscribe('events', { sessionId, lastEventId })
          const failed = (cause: Error) => sink.fault(cause.message)
          return {
            ask: () => void socket.mutate('ask', { sessionId, content: question }).catch(failed),
            pause: socket.pause,
            resume: socket.resume,
            cut: socket.destroy,
            lastId: socket.lastId,
          }
        },
      }
    },
    close: () => undefined,
  }
}
