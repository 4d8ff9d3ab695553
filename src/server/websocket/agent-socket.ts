/**
 * One browser or program on a WebSocket: `ws`'s socket, with this server's limits built in. A subclass,
 * because `ws` takes one and tRPC's adapter only knows `on`, `send` and `close`: what is refused here
 * never reaches it. What is let in is decided by `frame-admission.ts`. Fields and no closures, for there are
 * thousands of these.
 */
import type { Socket } from 'node:net'
import { WebSocket } from 'ws'
import { AgentError } from '../../core/errors.ts'
import type { SessionEvent } from '../../core/events.ts'
import { DrainGate } from '../drain-gate.ts'
import { weights } from '../limits/offences.ts'
import type { Caller, Services } from '../request-context.ts'
import type { Standing, Unknown } from '../standing.ts'
import type { Identity } from '../trpc/context.ts'
import { closeCodes } from './close-codes.ts'
import type { Dialect } from './dialect.ts'
import { eventFrames, prefixOfStarted } from './event-frame.ts'
import { type Cut, FrameAdmission } from './frame-admission.ts'
import { writeText } from './text-frame.ts'

/** Bytes that wait in the socket: with more, readers are not pulled from (G10). */
const gateBytes = 64 * 1024
/** With more, no further frame of the peer is read: it has replies to take first. */
const pauseBytes = 256 * 1024
/** With more, the peer is cut off; each reader may have one event under way besides. */
const cutBytes = 4 * 1024 * 1024
const cutBytesPerSubscription = 512 * 1024

export class AgentSocket extends WebSocket implements Caller {
  address = ''
  standing: Standing = { state: 'unknown', reason: 'NO_TOKEN' }
  /** Counted against the user's connections. */
  countedUserId: string | null = null
  /** Ends that. */
  leaveUser: (() => void) | null = null
  openedAtMs = 0
  lastSeenMs = 0
  /** When it was last asked for a sign of life, and how much it had taken by then; null: not asked. */
  asked: { atMs: number; taken: number } | null = null
  /** Why it is being cut off, and since when; null: it is not. */
  cutWith: number | null = null
  cutAtMs = 0
  #services: Services | null = null
  #admission: FrameAdmission | null = null
  #net: Socket | null = null
  #bearer: string | null = null
  #gate: DrainGate | null = null
  #subscriptions = 0
  /** The prefix of the frames of a subscription that was announced by the last frame. */
  #started: string | null = null

  /** Once, before the first frame. */
  begin(
    services: Services,
    from: { net: Socket; address: string; bearer: string | null; dialect: Dialect },
  ): void {
    const nowMs = services.now()
    this.#services = services
    this.#admission = new FrameAdmission(services, from.dialect, nowMs)
    this.#net = from.net
    this.address = from.address
    this.#bearer = from.bearer
    this.openedAtMs = nowMs
    this.lastSeenMs = nowMs
  }

  /** The token of the upgrade's `Authorization`, once. */
  takeBearer(): string | null {
    const bearer = this.#bearer
    this.#bearer = null
    return bearer
  }

  get isCut(): boolean {
    return this.cutWith !== null
  }

  override emit(event: string | symbol, ...args: unknown[]): boolean {
    if (event === 'message' || event === 'ping' || event === 'pong') {
      const frame = event === 'message' && Buffer.isBuffer(args[0]) ? args[0] : null
      if (!this.#admit(frame)) return false
    }
    return super.emit(event, ...args)
  }

  override send(data: string | Buffer): void {
    const net = this.#open()
    if (!net) return
    if (typeof data === 'string') {
      this.#started = prefixOfStarted(data)
      writeText(net, data)
    } else {
      super.send(data)
    }
    if (isUnaddressedError(data)) this.countBadFrame()
    this.#holdBack(net)
  }

  /** An event of a subscription: what the server sends most, and what tRPC says nothing by. */
  #sendEvent(frame: string, isAscii: boolean): void {
    const net = this.#open()
    if (!net) return
    writeText(net, frame, isAscii)
    this.#holdBack(net)
  }

  /** The way to a peer that may be sent something; of one that may not, null, and it is cut off. */
  #open(): Socket | null {
    const services = this.#services
    const net = this.#net
    if (!services || !net || this.readyState !== WebSocket.OPEN) return null
    const { standing } = this
    if (standing.state === 'known' && services.now() >= standing.identity.expiresAtMs) {
      this.cut('TOKEN_EXPIRED')
      return null
    }
    if (this.bufferedAmount > cutBytes + this.#subscriptions * cutBytesPerSubscription) {
      this.terminate()
      return null
    }
    return net
  }

  #holdBack(net: Socket): void {
    if (this.bufferedAmount > pauseBytes && net.writableNeedDrain && !this.isPaused) {
      this.pause()
      void this.#drain(net).then(() => this.resume())
    }
  }

  /** A frame came that nothing could be made of, and it was answered. Over and over, that is the end. */
  countBadFrame(): void {
    const cut = this.#admission?.countBadFrame(this.#services?.now() ?? 0)
    if (cut) this.#cut(cut)
  }

  /** Right after tRPC announced a subscription: the way for its events. Null at any other moment. */
  eventWriter(): ((event: SessionEvent) => void) | null {
    const prefix = this.#started
    this.#started = null
    return prefix === null
      ? null
      : eventFrames(prefix, (frame, isAscii) => this.#sendEvent(frame, isAscii))
  }

  cut(reason: Unknown): void {
    this.standing = { state: 'unknown', reason }
    this.close(closeCodes.unauthorized, reason)
  }

  async become(identity: Identity): Promise<void> {
    const { countedUserId } = this
    // What is open on this connection was opened as that user.
    if (countedUserId !== null && countedUserId !== identity.userId) {
      throw new AgentError('BAD_TOKEN', { message: 'The token is of another user.' })
    }
    if (this.readyState !== WebSocket.OPEN) return
    if (countedUserId === null) {
      // At once, so that it is counted once.
      this.countedUserId = identity.userId
      const leave = (await this.#services?.connections.enterUser(identity.userId)) ?? null
      // All servers were asked: the peer may be gone by now.
      if (this.readyState !== WebSocket.OPEN) {
        leave?.()
        return
      }
      if (!leave) {
        this.#services?.offences.add(this.address, weights.tooManyOfUser)
        this.close(closeCodes.tooMany, 'too many connections of this user')
        return
      }
      this.leaveUser = leave
    }
    this.standing = { state: 'known', identity }
  }

  /** Is nobody again. For a guest that the server made, of whom nothing is open any more. */
  resign(): void {
    this.leaveUser?.()
    this.leaveUser = null
    this.countedUserId = null
    this.standing = { state: 'unknown', reason: 'NO_TOKEN' }
  }

  async enterSubscription(): Promise<() => void> {
    const most = this.#services?.limits.maxSubscriptionsPerConnection ?? 0
    if (this.#subscriptions >= most) {
      this.#services?.metrics.hit('subscriptions-per-connection')
      throw new AgentError('RATE_LIMITED', {
        message: 'This connection has too many subscriptions. End one, or open another connection.',
        retryAfterMs: 1000,
      })
    }
    this.#subscriptions++
    return () => {
      this.#subscriptions--
    }
  }

  drained(signal: AbortSignal): Promise<void> | null {
    const net = this.#net
    if (!net?.writableNeedDrain || this.bufferedAmount < gateBytes) return null
    return this.#drain(net, signal)
  }

  /** Bytes that the peer's side of the network has taken: a slow reader is not a dead one. */
  get taken(): number {
    return this.#net ? this.#net.bytesWritten - this.#net.writableLength : 0
  }

  /**
   * Closes for what the peer did: it is told why, and nothing more of it is read, not even its answer. Reading
   * on until that comes would be reading on from a flood.
   */
  #cut({ code, reason }: Cut): void {
    this.#services?.offences.add(this.address, weights.cut)
    this.cutWith = code
    this.cutAtMs = this.#services?.now() ?? 0
    this.close(code, reason)
    this.#net?.end()
    this.pause()
  }

  #drain(net: Socket, signal?: AbortSignal): Promise<void> {
    this.#gate ??= new DrainGate(net)
    return this.#gate.wait(signal)
  }

  #admit(frame: Buffer | null): boolean {
    const admission = this.#admission
    if (!admission || !this.#services || this.readyState !== WebSocket.OPEN) return false
    const nowMs = this.#services.now()
    this.lastSeenMs = nowMs
    this.asked = null
    const refusal = admission.refuse(frame, this, nowMs)
    if (!refusal) return true
    if (refusal.cut) this.#cut(refusal.cut)
    // Nothing is sent to one that is cut off.
    for (const answer of refusal.answers) this.send(answer)
    return false
  }
}

/** tRPC's answer to what it cannot make out has no id. Its reconnect notice has none either. */
function isUnaddressedError(data: string | Buffer): boolean {
  if (typeof data !== 'string' || !data.startsWith('{"id":null,')) return false
  return !data.startsWith('{"id":null,"method"')
}
