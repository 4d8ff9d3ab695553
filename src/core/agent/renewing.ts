/** Keeps a lease while it is needed: renews it at a third of its time. Used by the turn runner. */
import type { Clock } from '../ports/clock.ts'
import type { Lease, Store } from '../ports/store.ts'

/** `lost` is called where another process has it. Returns the end of it. */
export function renewing(
  { clock, store }: { clock: Clock; store: Store },
  { lease, ttlMs, lost }: { lease: Lease; ttlMs: number; lost: () => void },
): () => void {
  let stopped = false
  let callOff = () => {}
  const schedule = () => {
    if (!stopped) callOff = clock.after(ttlMs / 3, renew)
  }
  const renew = () => {
    store.renewLease(lease, ttlMs).then(
      (held) => {
        if (stopped) return
        if (held) schedule()
        else lost()
      },
      // The store does not answer: the fence keeps a lost lease harmless, so just try again.
      schedule,
    )
  }
  schedule()
  return () => {
    stopped = true
    callOff()
  }
}
