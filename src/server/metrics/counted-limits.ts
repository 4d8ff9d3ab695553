/** Limits that tell when one is hit. Used by `compose.ts`, around what `limits.ts` makes. */
import { AgentError } from '../../core/errors.ts'
import type { Buckets } from '../limits/buckets.ts'
import type { Limits } from '../limits/limits.ts'
import type { Rate } from '../limits/rate.ts'

/** By the setting that it follows from, where there is one: what an operator would change. */
export type LimitName =
  | 'queries-per-user'
  | 'queries-per-address'
  | 'guests-per-address'
  | 'notifications'
  | 'calls-per-user'
  | 'requests-per-address'
  | 'openings-per-address'
  | 'connections'
  | 'connections-per-address'
  | 'connections-per-user'
  | 'subscriptions-per-connection'
  | 'frames'
  | 'offences-per-address'

export function countedLimits(limits: Limits, hit: (name: LimitName) => void): Limits {
  const rate = (inner: Rate, name: LimitName): Rate => ({
    async take(key) {
      try {
        await inner.take(key)
      } catch (cause) {
        if (cause instanceof AgentError && cause.reason === 'RATE_LIMITED') hit(name)
        throw cause
      }
    },
  })
  const buckets = (inner: Buckets, name: LimitName): Buckets => ({
    take(key) {
      const retryAfterMs = inner.take(key)
      if (retryAfterMs !== null) hit(name)
      return retryAfterMs
    },
    waitMs: (key) => inner.waitMs(key),
    get size() {
      return inner.size
    },
  })
  const { connections, offences } = limits
  return {
    connections: {
      check(address) {
        const admission = connections.check(address)
        if (admission === 'server-full') hit('connections')
        if (admission === 'address-full') hit('connections-per-address')
        return admission
      },
      enter: (address) => connections.enter(address),
      leave: (address) => connections.leave(address),
      async enterUser(userId) {
        const leave = await connections.enterUser(userId)
        if (!leave) hit('connections-per-user')
        return leave
      },
      close: () => connections.close(),
    },
    queryRate: rate(limits.queryRate, 'queries-per-user'),
    queryRateOfAddress: rate(limits.queryRateOfAddress, 'queries-per-address'),
    guestRate: rate(limits.guestRate, 'guests-per-address'),
    notificationRate: rate(limits.notificationRate, 'notifications'),
    callRate: buckets(limits.callRate, 'calls-per-user'),
    fairCalls: limits.fairCalls,
    requestRate: buckets(limits.requestRate, 'requests-per-address'),
    openRate: buckets(limits.openRate, 'openings-per-address'),
    offences: {
      add: (address, weight) => offences.add(address, weight),
      outMs(address) {
        const outMs = offences.outMs(address)
        if (outMs > 0) hit('offences-per-address')
        return outMs
      },
      isShut: (address) => offences.isShut(address),
      get size() {
        return offences.size
      },
    },
  }
}
