/** One WebSocket upgrade, far enough to see who refuses it. Used by the doctor. */
import { randomBytes } from 'node:crypto'
import http from 'node:http'
import https from 'node:https'
import { answerMs } from './check.ts'

export type Upgraded =
  | { outcome: 'upgraded' }
  | { outcome: 'refused'; status: number }
  | { outcome: 'failed'; cause: unknown }

/** `url`: of the agent server, as `agentUrl` gives it. As a program asks: without an Origin. */
export function tryUpgrade(url: string): Promise<Upgraded> {
  const { promise, resolve } = Promise.withResolvers<Upgraded>()
  const request = (url.startsWith('https:') ? https : http).request(`${url}/trpc`, {
    headers: {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': randomBytes(16).toString('base64'),
    },
    timeout: answerMs,
  })
  request.on('upgrade', (_, socket) => {
    resolve({ outcome: 'upgraded' })
    socket.destroy()
  })
  request.on('response', (response) => {
    resolve({ outcome: 'refused', status: response.statusCode ?? 0 })
    request.destroy()
  })
  request.on('timeout', () => request.destroy(new Error(`no answer in ${answerMs / 1000} s`)))
  request.on('error', (cause) => resolve({ outcome: 'failed', cause }))
  request.end()
  return promise
}
