/**
 * tRPC over `ws` as its documentation shows it: an emitter, `on(emitter, …)` in an async generator, each
 * event `tracked()`. Nothing is kept, so `lastEventId` brings nothing back.
 */
import { EventEmitter, on } from 'node:events'
import type { AddressInfo } from 'node:net'
import { initTRPC, tracked } from '@trpc/server'
import { applyWSSHandler } from '@trpc/server/adapters/ws'
import { WebSocketServer } from 'ws'
import { z } from 'zod'
import { serve } from '../rpc.ts'
import { streamAnswer } from './model-stream.ts'

interface AnswerEvent {
  id: string
  type: 'delta' | 'done' | 'error'
  content: string
}

const t = initTRPC.create()
const emitter = new EventEmitter()
emitter.setMaxListeners(0)
let events = 0

function emit(sessionId: string, type: AnswerEvent['type'], content: string): void {
  events++
  emitter.emit(sessionId, { id: String(events), type, content } satisfies AnswerEvent)
}

async function answer(baseUrl: string, sessionId: string, question: string): Promise<void> {
  try {
    await streamAnswer(baseUrl, question, (content) => emit(sessionId, 'delta', content))
    emit(sessionId, 'done', '')
  } catch (cause) {
    emit(sessionId, 'error', String(cause))
  }
}

function createRouter(baseUrl: string) {
  return t.router({
    ask: t.procedure
      .input(z.object({ sessionId: z.string(), content: z.string() }))
      .mutation(({ input }) => {
        void answer(baseUrl, input.sessionId, input.content)
      }),
    events: t.procedure
      .input(z.object({ sessionId: z.string(), lastEventId: z.string().nullish() }))
      .subscription(async function* ({ input, signal }) {
        for await (const [data] of on(emitter, input.sessionId, signal ? { signal } : {})) {
          const event = data as AnswerEvent
          yield tracked(event.id, event)
        }
      }),
  })
}

serve({
  open(baseUrl: string): Promise<number> {
    const wss = new WebSocketServer({ host: '127.0.0.1', port: 0, backlog: 4096 })
    applyWSSHandler({ wss, router: createRouter(baseUrl), keepAlive: { enabled: true } })
    return new Promise((resolve) => {
      wss.on('listening', () => resolve((wss.address() as AddressInfo).port))
    })
  },
})
