/**
 * Registers the service worker, which opens the page without a network, and tells it what the page has
 * loaded without it. Not in development, where the files of the build change under their names; and not where
 * people sign in: there the page names its user, and a page that is kept must name nobody.
 */
export async function setOffline(wanted: boolean): Promise<void> {
  // Absent over plain HTTP.
  if (process.env.NODE_ENV !== 'production' || !('serviceWorker' in navigator)) return
  try {
    await (wanted ? register() : end())
  } catch {
    // Refused by the browser: the page works, but not without a network.
  }
}

async function register(): Promise<void> {
  await navigator.serviceWorker.register('/sw.js')
  const { active } = await navigator.serviceWorker.ready
  // Also what was on its way when the worker began: it has seen neither.
  const loaded = new PerformanceObserver((list) => {
    const files = list.getEntries().map(({ name }) => name)
    active?.postMessage({ keep: files.filter((name) => name.includes('/_next/static/')) })
  })
  loaded.observe({ type: 'resource', buffered: true })
}

/** One of a time when nobody signed in here. */
async function end(): Promise<void> {
  const registration = await navigator.serviceWorker.getRegistration('/')
  if (!registration) return
  // It may be keeping something just now: it deletes what it has, and keeps nothing more.
  registration.active?.postMessage({ end: true })
  await registration.unregister()
}
