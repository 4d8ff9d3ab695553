/**
 * The page without a network: keeps the empty page and the files of the build, so that it opens, says what
 * is missing, and takes what one writes. It keeps nothing else: no token, no answer of an API, nothing
 * that anybody said. Registered by `src/app/chat/service-worker.ts`.
 */
const cacheName = 'agent-websocket-shell-1'
/** The page of a new chat, and that of any other: both without anybody's data in them. */
const shells = { new: '/', chat: '/s/-' }
const buildFiles = '/_next/static/'
const maxFiles = 200
/** Nothing is kept from then on. */
let ended = false

self.addEventListener('install', (event) => {
  event.waitUntil(keepShells().then(() => self.skipWaiting()))
})

self.addEventListener('activate', (event) => {
  event.waitUntil(removeOldCaches().then(() => self.clients.claim()))
})

/** What the page had loaded before this worker was there; or that it is not wanted here any more. */
self.addEventListener('message', (event) => {
  if (event.data?.end) {
    ended = true
    event.waitUntil(caches.delete(cacheName))
    return
  }
  const urls = Array.isArray(event.data?.keep) ? event.data.keep : []
  event.waitUntil(keepFiles(urls.filter(isBuildFile)))
})

self.addEventListener('fetch', (event) => {
  const { request } = event
  if (request.method !== 'GET') return
  if (isBuildFile(request.url)) event.respondWith(fromCache(request))
  else if (request.mode === 'navigate' && shellOf(request.url)) event.respondWith(page(event))
})

/** A file of the build never changes: its name has the hash of it. */
async function fromCache(request) {
  if (ended) return fetch(request)
  const cache = await caches.open(cacheName)
  const kept = await cache.match(request.url)
  if (kept) return kept
  const response = await fetch(request)
  if (response.ok) await cache.put(request.url, response.clone())
  return response
}

/** The network first: a page that was kept is for when there is none. */
async function page(event) {
  try {
    const response = await fetch(event.request)
    if (response.ok) event.waitUntil(keepShells().catch(() => {}))
    return response
  } catch (cause) {
    const cache = await caches.open(cacheName)
    const kept = await cache.match(shellOf(event.request.url))
    if (kept) return kept
    throw cause
  }
}

/** Asked for anew, by addresses that say nothing: nothing of the current one gets into what is kept. */
async function keepShells() {
  const cache = await caches.open(cacheName)
  for (const path of Object.values(shells)) {
    const response = await fetch(path, { cache: 'no-store', redirect: 'error' })
    if (!response.ok) continue
    const html = await response.clone().text()
    if (ended) return
    await keepFiles(html.match(/\/_next\/static\/[\w./~@%-]+\.(?:js|css|woff2)/g) ?? [])
    await cache.put(path, response)
  }
}

async function keepFiles(urls) {
  const cache = await caches.open(cacheName)
  for (const url of new Set(urls)) {
    if (ended) return
    if (await cache.match(url)) continue
    const response = await fetch(url)
    if (response.ok) await cache.put(url, response)
  }
  const files = (await cache.keys()).filter(({ url }) => isBuildFile(url))
  // Those of builds that were.
  for (const old of files.slice(0, Math.max(0, files.length - maxFiles))) await cache.delete(old)
}

async function removeOldCaches() {
  for (const name of await caches.keys()) {
    if (name.startsWith('agent-websocket-') && name !== cacheName) await caches.delete(name)
  }
}

function isBuildFile(address) {
  const url = URL.parse(address, self.location.origin)
  return url?.origin === self.location.origin && url.pathname.startsWith(buildFiles)
}

/** Which of the kept pages stands for an address; none for what is no chat. */
function shellOf(address) {
  const { pathname } = new URL(address)
  if (pathname === '/') return shells.new
  return /^\/s\/[^/]+\/?$/.test(pathname) ? shells.chat : null
}
