/**
 * A bare relay over `ws`: the least that one can do. It asks the model and sends each token to each of the
 * session's readers, as one JSON frame. No log, no resume, no limits, no accounts. The benchmark's unit.
 */
import type { AddressInfo } from 'node:net'
import { WebSocket, WebSocketServer } from 'ws'
import { serve } from '../rpc.ts'
import { streamAnswer } from './model-stream.ts'

const readersOf = new Map<string, Set<WebSocket>>()

function join(sessionId: string, reader: WebSocket): void {
  const readers = readersOf.get(sessionId) ?? new Set()
  readersOf.set(sessionId, readers)
  readers.add(reader)
  reader.on('close', () => readers.delete(reader))
}

async function ask(baseUrl: string, sessionId: string, question: string): Promise<void> {
  const send = (message: object) => {
    const frame = JSON.stringify(message)
    for (const reader of readersOf.get(sessionId) ?? []) {
      if (reader.readyState === WebSocket.OPEN) reader.send(frame)
    }
  }
  try {
    await streamAnswer(baseUrl, question, (content) => send({ type: 'delta', content }))
    send({ type: 'done' })
  } catch (cause) {
    send({ type: 'error', content: String(cause) })
  }
}

serve({
  open(baseUrl: string): Promise<number> {
    const server = new WebSocketServer({ host: '127.0.0.1', port: 0, backlog: 4096 })
    server.on('connection', (socket, request) => {
      const sessionId = new URL(`http://relay${request.url}`).searchParams.get('session') ?? ''
      join(sessionId, socket)
      socket.on('error', () => socket.terminate())
      socket.on('message', (data) => {
        const { content } = JSON.parse(data.toString()) as { content: string }
        void ask(baseUrl, sessionId, content)
      })
    })
    return new Promise((resolve) => {
      server.on('listening', () => resolve((server.address() as AddressInfo).port))
    })
  },
})
