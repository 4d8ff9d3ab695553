/**
 * Whether a request comes from a page of ours. Browsers say so in `Sec-Fetch-Site`; over plain HTTP they
 * leave it out, and the Origin is compared with the host that was asked. Programs send neither.
 */
export function isSameOrigin(headers: Headers): boolean {
  const site = headers.get('sec-fetch-site')
  if (site !== null) return site === 'same-origin' || site === 'none'
  const origin = headers.get('origin')
  if (origin === null) return true
  const host = URL.parse(origin)?.host
  const asked = headers.get('x-forwarded-host')?.split(',', 1)[0]?.trim() ?? headers.get('host')
  return host !== undefined && (host === asked || host === headers.get('host'))
}
