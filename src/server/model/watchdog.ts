/**
 * Calls `expire` when nothing was seen for a while. A sign of life costs an assignment and no timer, for
 * there are thousands a second: the dog looks four times per limit. It bites at the limit where nothing was
 * ever seen, and between one limit and one and a quarter after the last sign. Used for the time-outs of a call.
 */
import type { Clock } from '../../core/ports/clock.ts'

const looks = 4

export interface Watchdog {
  /** Something was seen. */
  seen(): void
  stop(): void
}

export function createWatchdog(clock: Clock, limitMs: number, expire: () => void): Watchdog {
  let quietLooks = 0
  let enough = looks
  let cancel = clock.after(limitMs / looks, look)
  function look(): void {
    quietLooks += 1
    if (quietLooks >= enough) expire()
    else cancel = clock.after(limitMs / looks, look)
  }
  return {
    seen: () => {
      quietLooks = 0
      // The next look may come right after this, hence one more.
      enough = looks + 1
    },
    stop: () => cancel(),
  }
}
