/** The bare relay's words: `bench/peers/bare-relay.ts`. */
import { openFrameSocket } from '../frame-socket.ts'
import { type Dialect, question } from './dialect.ts'

export function createRelayDialect(port: number): Dialect {
  let sessions = 0
  return {
    async openSession() {
      sessions++
      const path = `/?session=${sessions}`
      return {
        async attach(sink) {
          const socket = await openFrameSocket({
            port,
            path,
            onText(text, atUs) {
              const message = JSON.parse(text) as { type: string; content?: string }
              if (message.type === 'delta') sink.text(message.content ?? '', atUs)
              else if (message.type === 'done') sink.end(atUs)
              else sink.fault(text)
            },
            onClose: sink.fault,
          })
          return {
            ask: () => socket.send(JSON.stringify({ type: 'query', content: question })),
            pause: socket.pause,
            resume: socket.resume,
            cut: socket.destroy,
            lastId: () => null,
          }
        },
      }
    },
    close: () => undefined,
  }
}
