/** Queries that a program sends without waiting for replies: in which order the server takes them (G6). */
import { once } from 'node:events'
import { WebSocket } from 'ws'
import { z } from 'zod'
import { openPlainPeer } from '../../src/server/testing/plain-peer.ts'
import { newGuest, openClient } from './guest.ts'
import type { ServerProcess } from './server-process.ts'

/** As many as a session may have waiting, but for one. */
export const questions = Array.from({ length: 19 }, (_, n) => `Question ${n}`)

const reply = z.object({
  id: z.int().nullish(),
  result: z.object({ data: z.object({ seq: z.int() }) }).optional(),
})

/** Over `/ws`, to a new session: the questions in the order of its log. */
export async function askOverPlain(server: ServerProcess): Promise<string[]> {
  const { token } = await newGuest(server.url)
  await using peer = await openPlainPeer(server.wsUrl, { token })
  for (const content of questions) peer.send({ type: 'query', content })
  const asked = () =>
    peer.frames.filter(({ type, state }) => type === 'query' && state === 'queued')
  await peer.until(() => asked().length === questions.length)
  return asked().map(({ content }) => content)
}

/** Over tRPC, each in a frame of its own or all in one batch. */
export async function askOverTrpc(
  server: ServerProcess,
  way: 'frames' | 'batch',
): Promise<string[]> {
  const { token } = await newGuest(server.url)
  await using guest = openClient({ url: server.wsUrl, token: () => token })
  const { sessionId } = await guest.client.sessions.create()
  const calls = questions.map((content, id) => {
    const input = { sessionId, id: crypto.randomUUID(), content }
    return { id, method: 'mutation', params: { path: 'agent.query', input } }
  })
  const socket = new WebSocket(server.wsUrl, { headers: { authorization: `Bearer ${token}` } })
  try {
    await once(socket, 'open')
    const places = new Map<string, number>()
    const { promise: answered, resolve, reject } = Promise.withResolvers<void>()
    socket.on('message', (data) => {
      for (const said of [JSON.parse(data.toString())].flat()) {
        const { id, result } = reply.parse(said)
        if (typeof id !== 'number' || !result) return reject(new Error(data.toString()))
        places.set(questions[id] ?? '', result.data.seq)
        if (places.size === questions.length) resolve()
      }
    })
    if (way === 'batch') socket.send(JSON.stringify(calls))
    else for (const call of calls) socket.send(JSON.stringify(call))
    await answered
    return [...places].toSorted(([, one], [, other]) => one - other).map(([content]) => content)
  } finally {
    socket.terminate()
  }
}
