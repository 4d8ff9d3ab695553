/**
 * Seats for streams that all tabs of a browser share, as named locks: a browser counts connections by host,
 * not by tab. Null where there are no locks (Node; pages without https): each client counts for itself then.
 * Used by `over-http.ts`.
 */
import type { SharedSeats } from './stream-seats.ts'

/** Of the six connections that a browser opens to a host, these may be streams. */
const seatsOfBrowser = 4

export function tabSeats(host: string): SharedSeats | null {
  if (typeof document === 'undefined' || !navigator.locks) return null
  const { locks } = navigator
  const names = Array.from(
    { length: seatsOfBrowser },
    (_, place) => `agent-websocket stream ${place} to ${host}`,
  )
  return {
    take: (signal) =>
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
      }),
    async wanted() {
      const { pending = [] } = await locks.query()
      if (!pending.some(({ name }) => name !== undefined && names.includes(name))) return null
      return document.visibilityState === 'visible' ? 'some' : 'all'
    },
  }
}
