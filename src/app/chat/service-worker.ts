/**
 * Registers the service worker, which opens the page without a network, and tells it what the page had
 * loaded before. Not in development, where the files of the build change under their names.
 */
export async function registerServiceWorker(): Promise<void> {
  // Absent over plain HTTP.
  if (process.env.NODE_ENV !== 'production' || !('serviceWorker' in navigator)) return
  try {
    await navigator.serviceWorker.register('/sw.js')
    const { active } = await navigator.serviceWorker.ready
    const loaded = performance.getEntriesByType('resource').map(({ name }) => name)
    active?.postMessage({ keep: loaded.filter((name) => name.includes('/_next/static/')) })
  } catch {
    // Refused by the browser: the page works, but not without a network.
  }
}
