/** The address of the agent server as a WebSocket takes it. */

/** `http(s)` becomes `ws(s)`; in a browser a path alone is on the page's own host. */
export function socketUrl(text: string): string {
  const base = typeof location === 'undefined' ? undefined : location.href
  const url = new URL(text, base)
  if (url.protocol === 'http:') url.protocol = 'ws:'
  if (url.protocol === 'https:') url.protocol = 'wss:'
  return url.href
}
