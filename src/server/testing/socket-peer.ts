/** The other end of a WebSocket, frame by frame, for tests: what a client library would hide. */
import { once } from 'node:events'
import { type ClientOptions, WebSocket } from 'ws'
import { z } from 'zod'

const frame = z.looseObject({
  id: z.union([z.string(), z.number(), z.null()]).optional(),
  method: z.string().optional(),
  result: z.looseObject({ type: z.string().optional(), data: z.unknown().optional() }).optional(),
  error: z
    .looseObject({ message: z.string(), data: z.record(z.string(), z.unknown()).optional() })
    .optional(),
})
export type Frame = z.infer<typeof frame>

const guest = z.object({
  token: z.string(),
  userId: z.string(),
  identity: z.string(),
  expiresAt: z.string(),
})

export interface SocketPeer extends AsyncDisposable {
  socket: WebSocket
  /** What came, in order. */
  frames: Frame[]
  /** The first frame that came or comes, and matches. Rejects when the socket closes without it. */
  until(matches: (frame: Frame) => boolean): Promise<Frame>
  send(message: unknown): void
  call(method: 'query' | 'mutation', path: string, input?: unknown): Promise<Frame>
  subscribe(path: string, input: unknown): number
  closed: Promise<{ code: number; reason: string }>
}

/** `token`: sent as the connection parameter. Rejects where the upgrade is refused. */
export async function openPeer(
  wsUrl: string,
  { token, ...options }: ClientOptions & { token?: string } = {},
): Promise<SocketPeer> {
  const socket = new WebSocket(token ? `${wsUrl}?connectionParams=1` : wsUrl, options)
  const frames: Frame[] = []
  const looking = new Set<() => void>()
  const look = () => {
    for (const again of looking) again()
  }
  socket.on('message', (data) => {
    const text = data.toString()
    if (text === 'PONG' || text === 'PING') return
    frames.push(frame.parse(JSON.parse(text)))
    look()
  })
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }))
  })
  await once(socket, 'open')
  socket.on('error', () => {})
  void closed.then(look)

  let lastId = 0
  const send = (message: unknown) => {
    socket.send(typeof message === 'string' ? message : JSON.stringify(message))
  }
  const until = (matches: (frame: Frame) => boolean) =>
    new Promise<Frame>((resolve, reject) => {
      const again = () => {
        const found = frames.find(matches)
        if (!found && socket.readyState !== WebSocket.CLOSED) return
        looking.delete(again)
        if (found) resolve(found)
        else reject(new Error('the socket closed before that frame came'))
      }
      looking.add(again)
      again()
    })
  if (token) send({ method: 'connectionParams', data: { token } })
  return {
    socket,
    frames,
    closed,
    send,
    until,
    call(method, path, input) {
      const id = ++lastId
      send({ id, method, params: { path, input } })
      return until((it) => it.id === id)
    },
    subscribe(path, input) {
      const id = ++lastId
      send({ id, method: 'subscription', params: { path, input } })
      return id
    },
    async [Symbol.asyncDispose]() {
      socket.terminate()
      await closed
    },
  }
}

/** A new guest, over HTTP. */
export async function newGuest(url: string) {
  const response = await fetch(`${url}/trpc/auth.guest`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  })
  const body = z.object({ result: z.object({ data: guest }) }).parse(await response.json())
  return body.result.data
}

const created = z.object({ sessionId: z.string() })

/** A new session of the peer's user. */
export async function newSession(peer: SocketPeer): Promise<string> {
  const answer = await peer.call('mutation', 'session.create', {})
  return created.parse(answer.result?.data).sessionId
}
