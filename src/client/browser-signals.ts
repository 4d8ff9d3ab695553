/**
 * What a browser knows of the network: it came back, it went, the page is looked at again.
 * Elsewhere (Node) there is nothing to hear. Used by the connection.
 */

interface SignalHandlers {
  /** A good moment to try: timers of a hidden page run late, and a laptop that slept has a dead socket. */
  onBack(): void
  /** The browser says that there is no network. It may be wrong about a server near by. */
  onGone(): void
}

/** Returns the end of listening. */
export function listenToBrowser({ onBack, onGone }: SignalHandlers): () => void {
  if (typeof window === 'undefined' || typeof document === 'undefined') return () => {}
  const leaving = new AbortController()
  const { signal } = leaving
  const onVisibility = () => {
    if (document.visibilityState === 'visible') onBack()
  }
  window.addEventListener('online', onBack, { signal })
  window.addEventListener('offline', onGone, { signal })
  window.addEventListener('pageshow', onBack, { signal })
  document.addEventListener('visibilitychange', onVisibility, { signal })
  return () => leaving.abort()
}
