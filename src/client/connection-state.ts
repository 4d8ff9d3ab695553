/** What a client's connection is like, as pages and programs see it. Made by `connection.ts`. */
import type { AgentClientError } from './errors.ts'
import type { ReachState } from './http-reach.ts'
import type { Observable } from './observable.ts'
import type { GateState } from './reconnect-gate.ts'

/** What calls and events travel by: a WebSocket, or, where that is blocked, HTTP with server-sent events. */
export type Transport = 'websocket' | 'sse'

export type ConnectionState =
  /** Not tried yet, the first try, or the first after a drop. */
  | { state: 'connecting' }
  | { state: 'connected'; transport: Transport }
  /** `attempt` tries failed in a row. The next is at `retryAt`, or under way where there is none. */
  | { state: 'offline'; attempt: number; retryAt?: number; error?: AgentClientError }

export interface Connection extends Observable<ConnectionState> {
  /** Ends the wait for the next try. Where connected, asks the server whether it lives. */
  retryNow(): void
}

export const connecting: ConnectionState = { state: 'connecting' }
const connected: Record<Transport, ConnectionState> = {
  websocket: { state: 'connected', transport: 'websocket' },
  sse: { state: 'connected', transport: 'sse' },
}

/** While calls go over HTTP. */
export function stateOverHttp(reach: ReachState): ConnectionState {
  const { state, ...rest } = { attempt: 0, ...reach }
  return state === 'up' ? connected.sse : { ...rest, state: 'offline' }
}

interface Sockets {
  gate: GateState
  isOpen: boolean
  lastError: AgentClientError | null
}

/** While a server hands over, an old socket is open and a new one is tried: that is connected. */
export function stateOverSockets({ gate, isOpen, lastError }: Sockets): ConnectionState {
  const { failures: attempt, retryAt } = gate
  if (isOpen) return connected.websocket
  if (attempt === 0) return connecting
  return {
    state: 'offline',
    attempt,
    ...(retryAt !== undefined && { retryAt }),
    ...(lastError && { error: lastError }),
  }
}
