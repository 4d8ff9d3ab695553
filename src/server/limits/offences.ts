/**
 * Who goes on although he was refused, over and over, is refused before any work: first told when to come back, then
 * not answered at all. By address, which is all that is known of a peer before it is worked for. Used by the transports.
 */
import { TokenBucket } from './token-bucket.ts'

export interface Offences {
  /** Something of this address was refused; `weight` says how much work that was, beside a refused request. */
  add(address: string, weight?: number): void
  /** How long it is out, in milliseconds; 0: it is not. */
  outMs(address: string): number
  /** Whether it went on while it was out, and is not worth an answer. */
  isShut(address: string): boolean
  /** Addresses that it remembers. */
  readonly size: number
}

/** What each kind weighs. A refused request, or upgrade, is one. */
export const weights = {
  /** A socket that was closed for what it sent. */
  cut: 100,
  /** A connection of a user who has too many. */
  tooManyOfUser: 5,
  /** Requests on one connection without waiting for answers. */
  pipeline: 250,
}

/**
 * More than anything that comes back by itself: a hundred tabs behind one address that are refused, each with its
 * growing delays, are a few a second.
 */
const patience = { rate: 50, burst: 1000 }
const outForMs = 10_000
const defaultMost = 20_000

interface Offender {
  patience: TokenBucket
  untilMs: number
  isShut: boolean
}

export function createOffences({
  now,
  most = defaultMost,
}: {
  now: () => number
  most?: number
}): Offences {
  /** In the order of their last offence. */
  const offenders = new Map<string, Offender>()

  function out(address: string): Offender | null {
    const offender = offenders.get(address)
    return offender && offender.untilMs > now() ? offender : null
  }

  return {
    add(address, weight = 1) {
      const nowMs = now()
      const offender = offenders.get(address) ?? {
        patience: new TokenBucket(patience.burst, nowMs),
        untilMs: 0,
        isShut: false,
      }
      offenders.delete(address)
      offenders.set(address, offender)
      if (offenders.size > most) forgetFirst(offenders)
      const { rate, burst } = patience
      if (offender.patience.take(nowMs, patience)) {
        offender.patience.owe(weight - 1)
        return
      }
      offender.isShut = offender.untilMs > nowMs
      offender.untilMs = nowMs + outForMs
      // What comes while it is out counts anew: who goes on is shut, and stays so while he goes on.
      offender.patience = new TokenBucket(Math.min(burst, rate * (outForMs / 1000)), nowMs)
    },
    outMs(address) {
      const offender = out(address)
      return offender ? offender.untilMs - now() : 0
    },
    isShut: (address) => out(address)?.isShut ?? false,
    get size() {
      return offenders.size
    },
  }
}

function forgetFirst(offenders: Map<string, Offender>): void {
  const first = offenders.keys().next()
  if (!first.done) offenders.delete(first.value)
}
