/** HTTP requests in pipelines: calls with a token, guests, queries, and what answers anybody. */
import type { Socket } from 'node:net'
import { connectFrom } from './line.ts'
import { type AbusePlan, perTick, tried } from './plan.ts'
import type { AbuseTally } from './tally.ts'

const connections = 8
/** What answers anybody, a second in all. */
const open = { '/metrics': 100, '/readyz': 100, '/nothing': 500 }

export function floodRequests(plan: AbusePlan, tally: AbuseTally): () => void {
  const { token, sessionId, forwardedFor } = plan
  const head = (line: string) =>
    [
      `${line} HTTP/1.1`,
      'Host: localhost',
      `Authorization: Bearer ${token}`,
      ...(forwardedFor === null ? [] : [`X-Forwarded-For: ${forwardedFor}`]),
    ].join('\r\n')
  const get = (path: string) => `${head(`GET ${path}`)}\r\n\r\n`
  const post = (path: string, body: object) => {
    const text = JSON.stringify(body)
    const lines = ['Content-Type: application/json', `Content-Length: ${text.length}`, '', text]
    return `${head(`POST ${path}`)}\r\n${lines.join('\r\n')}`
  }
  const kinds: { due: () => number; text: () => string }[] = [
    { due: perTick(tried.requests), text: () => get('/trpc/session.list') },
    { due: perTick(tried.guests), text: () => post('/trpc/auth.guest', {}) },
    {
      due: perTick(tried.queries),
      text: () => {
        const input = { sessionId, id: crypto.randomUUID(), content: 'More of it.' }
        return post('/trpc/agent.query', input)
      },
    },
    ...Object.entries(open).map(([path, rate]) => ({ due: perTick(rate), text: () => get(path) })),
  ]

  const connectOne = () => {
    const socket = connectFrom(plan)
    let told = false
    socket.on('data', (data) => {
      told = true
      for (const [, status] of data.toString('latin1').matchAll(/HTTP\/1\.1 (\d{3})/g)) {
        tally.count(`request ${status}`)
      }
    })
    socket.on('close', () => tally.count(told ? 'request connection ended' : 'cut off'))
    return socket
  }
  const sockets: Socket[] = Array.from({ length: connections }, connectOne)
  return () => {
    const texts = kinds.map(({ due, text }) => ({ text, each: Math.ceil(due() / connections) }))
    for (const [place, socket] of sockets.entries()) {
      if (socket.destroyed) sockets[place] = connectOne()
      if (socket.destroyed || socket.connecting || socket.writableNeedDrain) continue
      const batch = texts.flatMap(({ text, each }) => Array.from({ length: each }, text))
      tally.count('requests tried', batch.length)
      socket.write(batch.join(''))
    }
  }
}
