/**
 * Which frames of a peer are let in, and what is answered to those that are not: too many a second, too big, with too
 * many calls, of a user who called too often. One for each socket, hence fields and no closures. Used by
 * `agent-socket.ts`.
 */
import { TokenBucket } from '../limits/token-bucket.ts'
import type { Services } from '../request-context.ts'
import type { Standing } from '../standing.ts'
import { closeCodes } from './close-codes.ts'
import type { Dialect } from './dialect.ts'
import { maxBatchSize } from './frames.ts'

/** What a batch may take in advance: so many seconds' frames. */
const mostOwed = 2
/** So many calls of a batch that is refused count as one frame. */
const callsOfRefusal = 10
/** Frames that nothing can be made of: so many at once, then one in ten seconds. */
const badFrames = { rate: 0.1, burst: 10 }

/** Why a peer is cut off: a close code, and its reason. */
export interface Cut {
  code: number
  reason: string
}

export interface Refusal {
  /** Null where the peer may try again. */
  cut: Cut | null
  answers: string[]
}

export class FrameAdmission {
  #services: Services
  #dialect: Dialect
  #frames: TokenBucket
  #badFrames: TokenBucket
  #refused = 0

  constructor(services: Services, dialect: Dialect, nowMs: number) {
    this.#services = services
    this.#dialect = dialect
    this.#frames = new TokenBucket(services.limits.messagesPerSecond, nowMs)
    this.#badFrames = new TokenBucket(badFrames.burst, nowMs)
  }

  /** Null where it is let in. `frame` is null for a ping and a pong. */
  refuse(
    frame: Buffer | null,
    { address, standing }: { address: string; standing: Standing },
    nowMs: number,
  ): Refusal | null {
    const { limits, offences } = this.#services
    const { messagesPerSecond: rate, maxMessageBytes } = limits
    if (!this.#frames.take(nowMs, { rate, burst: rate })) return this.#refuseRate(frame, address)
    if (this.#frames.isFull(rate)) this.#refused = 0
    if (!frame) return null
    if (!this.#dialect.fits(frame, maxMessageBytes)) {
      return { cut: { code: closeCodes.tooBig, reason: 'frame too big' }, answers: [] }
    }
    const calls = this.#dialect.callsIn(frame)
    // It is let in whole, and what comes next pays for it.
    this.#frames.owe(Math.min(calls, mostOwed * rate) - 1)
    const refusal = this.#refuseCalls(frame, calls, standing, nowMs)
    if (refusal) offences.add(address)
    return refusal
  }

  /** A frame came that nothing could be made of, and it was answered. Over and over, that is the end. */
  countBadFrame(nowMs: number): Cut | null {
    if (this.#badFrames.take(nowMs, badFrames)) return null
    return { code: closeCodes.policy, reason: 'frames that are no requests' }
  }

  #refuseRate(frame: Buffer | null, address: string): Refusal {
    const { limits, offences, metrics } = this.#services
    const { messagesPerSecond: rate, maxMessageBytes } = limits
    const cut = { code: closeCodes.tooMany, reason: 'too many frames' }
    metrics.hit('frames')
    offences.add(address)
    // This address has been told a thousand times already.
    if (offences.outMs(address) > 0) return { cut, answers: [] }
    const answers =
      frame && this.#dialect.fits(frame, maxMessageBytes)
        ? this.#dialect.tooFast(frame, this.#frames.waitMs(rate))
        : []
    // Each answer is some work: a batch is more of an offence than a call.
    this.#refused += Math.max(1, Math.ceil(answers.length / callsOfRefusal))
    return { cut: this.#refused > rate ? cut : null, answers }
  }

  /** What would be refused all the same, after much more work. */
  #refuseCalls(frame: Buffer, calls: number, standing: Standing, nowMs: number): Refusal | null {
    if (calls > maxBatchSize) {
      return { cut: this.countBadFrame(nowMs), answers: this.#dialect.tooMany(frame) }
    }
    if (standing.state !== 'known') return null
    const { callRate, metrics } = this.#services
    const waitMs = callRate.waitMs(standing.identity.userId)
    if (waitMs === null) return null
    const answers = this.#dialect.overCalls(frame, waitMs)
    if (!answers) return null
    metrics.hit('calls-per-user')
    return { cut: null, answers }
  }
}
