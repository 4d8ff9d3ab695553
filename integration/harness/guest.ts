/** Guests of a server, and clients of theirs. Used by all fault tests. */
import {
  type AgentClient,
  type AgentClientOptions,
  createAgentClient,
} from '../../src/client/index.ts'
import { newGuest } from '../../src/server/testing/socket-peer.ts'

export { newGuest }
export type Guest = Awaited<ReturnType<typeof newGuest>>

export interface GuestClient extends AsyncDisposable {
  client: AgentClient
}

/** A client of the public surface, closed at the end. */
export function openClient(options: AgentClientOptions): GuestClient {
  const client = createAgentClient(options)
  return { client, [Symbol.asyncDispose]: () => client.close() }
}

/** For a client that is to stay with WebSocket: where HTTP does not answer, a cut is no sign that it is blocked. */
export const noHttp: typeof fetch = () => Promise.reject(new TypeError('no HTTP here'))

/** Resolves when the client is connected. It waits for nothing that it could do at once. */
export function connected({ connection }: AgentClient): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      const now = connection.getSnapshot()
      if (now.state === 'offline' && now.retryAt !== undefined) connection.retryNow()
      if (now.state !== 'connected') return
      leave()
      resolve()
    }
    const leave = connection.subscribe(look)
    look()
  })
}

/** From now on it comes back at once, however often it is cut. Returns the end of that. */
export function keepEager({ connection }: AgentClient): () => void {
  return connection.subscribe(() => {
    const now = connection.getSnapshot()
    if (now.state === 'offline' && now.retryAt !== undefined) connection.retryNow()
  })
}
