/**
 * Who calls over HTTP. One for each request; where it is a subscription, the stream of server-sent
 * events is a connection like any other, and ends when its token does.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { AgentError } from '../../core/errors.ts'
import { DrainGate } from '../drain-gate.ts'
import type { Caller, Services } from '../request-context.ts'
import { overBecause, type Standing } from '../standing.ts'
import type { Identity } from '../trpc/context.ts'

/** Streams that are open: swept over for expired tokens, ended when the server stops. */
export type OpenStreams = Set<HttpCaller>

interface Parts {
  services: Services
  streams: OpenStreams
  response: ServerResponse<IncomingMessage>
}

export class HttpCaller implements Caller {
  readonly address: string
  standing: Standing = { state: 'unknown', reason: 'NO_TOKEN' }
  readonly isCut = false
  readonly #parts: Parts
  #gate: DrainGate | null = null

  constructor(address: string, parts: Parts) {
    this.address = address
    this.#parts = parts
  }

  async become(identity: Identity): Promise<void> {
    this.standing = { state: 'known', identity }
  }

  async enterSubscription(): Promise<() => void> {
    const { services, streams } = this.#parts
    const { connections, metrics } = services
    const userId = this.standing.state === 'known' ? this.standing.identity.userId : null
    if (services.draining()) throw new AgentError('DRAINING', { retryAfterMs: 1000 })
    const isAdmitted = userId !== null && connections.check(this.address) === 'admitted'
    const leaveUser = isAdmitted ? await connections.enterUser(userId) : null
    if (!leaveUser) {
      throw new AgentError('RATE_LIMITED', {
        message: 'Too many connections. Close one, then try again.',
        retryAfterMs: 1000,
      })
    }
    connections.enter(this.address)
    metrics.connections.inc({ transport: 'sse' })
    streams.add(this)
    return () => {
      streams.delete(this)
      connections.leave(this.address)
      leaveUser()
      metrics.connections.dec({ transport: 'sse' })
    }
  }

  /** Server-sent events are tRPC's to write. */
  eventWriter(): null {
    return null
  }

  drained(signal: AbortSignal): Promise<void> | null {
    const { response } = this.#parts
    if (!response.writableNeedDrain) return null
    this.#gate ??= new DrainGate(response)
    return this.#gate.wait(signal)
  }

  /** Ends the stream where its token is over. */
  sweep(): void {
    if (overBecause(this.standing, this.#parts.services)) this.cut()
  }

  /** Cuts the stream: its client comes back with a fresh token, or to another server. */
  cut(): void {
    this.#parts.response.destroy()
  }
}
