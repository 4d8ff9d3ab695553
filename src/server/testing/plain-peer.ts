/** A program on `/ws`, frame by frame, for tests. */
import { once } from 'node:events'
import { type ClientOptions, WebSocket } from 'ws'
import { z } from 'zod'

const frame = z.looseObject({
  type: z.string(),
  content: z.string(),
  timestamp: z.string(),
  id: z.string().optional(),
  seq: z.int().optional(),
  sessionId: z.string().optional(),
  requestId: z.string().optional(),
  messageId: z.string().optional(),
  code: z.string().optional(),
  // As it came: a record of zod's has no field `__proto__`.
  fields: z.custom<Record<string, string>>((value) => typeof value === 'object').optional(),
  token: z.string().optional(),
  identity: z.string().optional(),
  userId: z.string().optional(),
  reply: z.record(z.string(), z.unknown()).optional(),
})
export type PlainFrame = z.infer<typeof frame>

export interface PlainPeer extends AsyncDisposable {
  socket: WebSocket
  /** What came, in order. */
  frames: PlainFrame[]
  /** The first frame that came or comes, and matches. Rejects when the socket closes without it. */
  until(matches: (frame: PlainFrame) => boolean): Promise<PlainFrame>
  ofType(type: string): Promise<PlainFrame>
  send(message: unknown): void
  closed: Promise<{ code: number; reason: string }>
}

/** `wsUrl` is the server's own, of `/trpc`. Rejects where the upgrade is refused. */
export async function openPlainPeer(
  wsUrl: string,
  {
    query = '',
    token,
    ...options
  }: ClientOptions & { query?: string; token?: string | undefined } = {},
): Promise<PlainPeer> {
  const headers = { ...options.headers, ...(token && { authorization: `Bearer ${token}` }) }
  const socket = new WebSocket(wsUrl.replace(/\/trpc$/, `/ws${query}`), { ...options, headers })
  const frames: PlainFrame[] = []
  const looking = new Set<() => void>()
  const look = () => {
    for (const again of looking) again()
  }
  socket.on('message', (data) => {
    frames.push(frame.parse(JSON.parse(data.toString())))
    look()
  })
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }))
  })
  await once(socket, 'open')
  socket.on('error', () => {})
  void closed.then(look)
  const until = (matches: (frame: PlainFrame) => boolean) =>
    new Promise<PlainFrame>((resolve, reject) => {
      const again = () => {
        const found = frames.find(matches)
        if (!found && socket.readyState !== WebSocket.CLOSED) return
        looking.delete(again)
        if (found) resolve(found)
        else reject(new Error(`closed before that frame came, after ${JSON.stringify(frames)}`))
      }
      looking.add(again)
      again()
    })
  return {
    socket,
    frames,
    closed,
    until,
    ofType: (type) => until((it) => it.type === type),
    send(message) {
      socket.send(typeof message === 'string' ? message : JSON.stringify(message))
    },
    async [Symbol.asyncDispose]() {
      socket.terminate()
      await closed
    },
  }
}
