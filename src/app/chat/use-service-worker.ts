'use client'
/**
 * Registers the service worker, which opens the page without a network, and tells it what the page had
 * loaded before. Not in development, where the files of the build change under their names.
 */
import { useEffect } from 'react'
import { preloadOverlays } from './overlays.tsx'

export function useServiceWorker(): void {
  useEffect(() => {
    // Absent over plain HTTP.
    if (process.env.NODE_ENV !== 'production' || !('serviceWorker' in navigator)) return
    void register().catch(() => {
      // Refused by the browser: the page works, but not without a network.
    })
  }, [])
}

async function register(): Promise<void> {
  await navigator.serviceWorker.register('/sw.js')
  const { active } = await navigator.serviceWorker.ready
  // The dialogs too: they open without a network.
  await preloadOverlays()
  const loaded = performance.getEntriesByType('resource').map(({ name }) => name)
  active?.postMessage({ keep: loaded.filter((name) => name.includes('/_next/static/')) })
}
