/** tRPC over a WebSocket, frame by frame: one subscription, and calls. Used by the dialects that speak it. */
import { type FrameSocket, openFrameSocket } from '../frame-socket.ts'

export interface TrpcSocketOptions {
  port: number
  path: string
  /** Sent before anything else. */
  connectionParams?: Record<string, string>
  /** An event of the subscription. */
  onData(data: unknown, atUs: number): void
  onFault(reason: string): void
}

export interface TrpcSocket extends FrameSocket {
  query(path: string, input: unknown): Promise<unknown>
  mutate(path: string, input: unknown): Promise<unknown>
  /** Resolves when the subscription has started. */
  subscribe(path: string, input: unknown): Promise<void>
  /** Of the last tracked event. */
  lastId(): string | null
}

interface Frame {
  id: number | string | null
  method?: string
  result?: { type?: string; id?: string; data?: unknown }
  error?: { message: string }
}

const subscription = 0

export async function openTrpcSocket(options: TrpcSocketOptions): Promise<TrpcSocket> {
  const { onData, onFault, connectionParams } = options
  const waiting = new Map<
    Frame['id'],
    { resolve(data: unknown): void; reject(cause: Error): void }
  >()
  let calls = subscription
  let lastId: string | null = null

  function received({ id, method, result, error }: Frame, atUs: number): void {
    if (id === subscription && result?.type === 'data') {
      if (result.id) lastId = result.id
      onData(tracked(result.data), atUs)
      return
    }
    const caller = waiting.get(id)
    waiting.delete(id)
    if (error) {
      if (caller) caller.reject(new Error(error.message))
      else onFault(error.message)
    } else if (caller) caller.resolve(result?.data)
    else onFault(`unexpected: ${method ?? result?.type}`)
  }

  function closed(reason: string): void {
    for (const { reject } of waiting.values()) reject(new Error(reason))
    waiting.clear()
    onFault(reason)
  }

  const socket = await openFrameSocket({
    port: options.port,
    path: connectionParams ? `${options.path}?connectionParams=1` : options.path,
    onText(text, atUs) {
      if (text === 'PING') socket.send('PONG')
      else received(JSON.parse(text) as Frame, atUs)
    },
    onClose: closed,
  })
  const send = (message: object) => socket.send(JSON.stringify(message))
  if (connectionParams) send({ method: 'connectionParams', data: connectionParams })

  function request(id: number, method: string, path: string, input: unknown): Promise<unknown> {
    return new Promise((resolve, reject) => {
      waiting.set(id, { resolve, reject })
      send({ id, method, params: { path, input } })
    })
  }

  return {
    ...socket,
    query(path, input) {
      calls++
      return request(calls, 'query', path, input)
    },
    mutate(path, input) {
      calls++
      return request(calls, 'mutation', path, input)
    },
    async subscribe(path, input) {
      await request(subscription, 'subscription', path, input)
    },
    lastId: () => lastId,
  }
}

/** The data of a tracked event: `{ id, data }`. */
function tracked(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'data' in value ? value.data : undefined
}
