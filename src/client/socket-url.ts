/** The address of the agent server, as a WebSocket takes it and as HTTP does. */

/** `http(s)` becomes `ws(s)`; in a browser a path alone is on the page's own host. */
export function socketUrl(text: string): string {
  const url = absolute(text)
  if (url.protocol === 'http:') url.protocol = 'ws:'
  if (url.protocol === 'https:') url.protocol = 'wss:'
  return url.href
}

/** The other way round, without a slash or a query at the end: a procedure's name is put behind it. */
export function httpUrl(text: string): string {
  const url = absolute(text)
  if (url.protocol === 'ws:') url.protocol = 'http:'
  if (url.protocol === 'wss:') url.protocol = 'https:'
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`
}

function absolute(text: string): URL {
  return new URL(text, typeof location === 'undefined' ? undefined : location.href)
}
