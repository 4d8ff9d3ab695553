/** Time and chance of the machine, for the core's ports. Used by `compose.ts`. */
import { randomBytes, randomUUID } from 'node:crypto'
import type { Clock, Ids } from '../core/ports/clock.ts'

/** A longer delay than this makes Node's timer fire at once. */
const longestMs = 2 ** 31 - 1

export const systemClock: Clock = {
  now: () => Date.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, Math.min(delayMs, longestMs))
    return () => clearTimeout(timer)
  },
}

export const systemIds: Ids = {
  random: () => randomBytes(20).toString('hex'),
  epoch: () => randomUUID().replaceAll('-', '').slice(0, 12),
}
