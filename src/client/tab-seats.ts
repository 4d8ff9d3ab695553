/**
 * Seats for streams that all tabs of a browser share, as named locks: a browser counts connections by host,
 * not by tab. Null where there are no locks (Node; pages without https): each client counts for itself then.
 * Used by `over-http.ts`.
 *
 * A tab that is looked at keeps what it looks at; tabs in the background give way. But there may be more windows
 * in sight than seats: one that waits for what it shows says so by a further lock, and then all take turns.
 */
import type { SharedSeats } from './stream-seats.ts'

/** Of the six connections that a browser opens to a host, these may be streams. */
const seatsOfBrowser = 4

/** What a tab needs to know of the browser. */
export interface Tab {
  locks: LockManager
  isInSight(): boolean
}

/** The one that this runs in. */
export function ownTab(): Tab | null {
  if (typeof document === 'undefined' || !navigator.locks) return null
  return { locks: navigator.locks, isInSight: () => document.visibilityState === 'visible' }
}

export function tabSeats(host: string, tab: Tab | null): SharedSeats | null {
  if (!tab) return null
  const { locks } = tab
  const names = Array.from(
    { length: seatsOfBrowser },
    (_, place) => `agent-websocket stream ${place} to ${host}`,
  )
  const inSightWaits = `agent-websocket in sight waits for ${host}`
  return {
    take: (signal, isShown) =>
      new Promise((resolve, reject) => {
        const found = new AbortController()
        const either = AbortSignal.any([signal, found.signal])
        const gone = () => reject(signal.reason)
        signal.addEventListener('abort', gone, { once: true })
        for (const name of names) {
          const held = locks.request(name, { signal: either }, () => {
            // Two may be had at once: the second goes back.
            if (either.aborted) return undefined
            found.abort()
            signal.removeEventListener('abort', gone)
            return new Promise<void>((giveBack) => resolve(giveBack))
          })
          // Aborted: another one was had, or none is wanted any more.
          held.catch(() => {})
        }
        if (!isShown || !tab.isInSight()) return
        const told = locks.request(inSightWaits, { mode: 'shared', signal: either }, () =>
          aborted(either),
        )
        told.catch(() => {})
      }),
    async wanted() {
      const { pending = [], held = [] } = await locks.query()
      if (!pending.some(({ name }) => name !== undefined && names.includes(name))) return null
      const mayStay = tab.isInSight() && !held.some(({ name }) => name === inSightWaits)
      return mayStay ? 'some' : 'all'
    },
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
