/**
 * Where a link of the model goes, and whether its text says so. Used by `markdown-link.tsx`.
 */

/** `host` is what a browser would ask, in ASCII (an address, for mail); null where nothing may be asked. */
export type LinkTarget = { href: string; host: string } | null

const allowed: ReadonlySet<string> = new Set(['http:', 'https:', 'mailto:'])

/** Whole addresses alone: `/path` or `//host` would say something else than they look like. */
export function linkTarget(address: unknown): LinkTarget {
  if (typeof address !== 'string') return null
  const url = URL.parse(address)
  if (!url || !allowed.has(url.protocol)) return null
  const host = url.protocol === 'mailto:' ? mailAddress(url.pathname) : url.host
  return host === '' ? null : { href: url.href, host }
}

function mailAddress(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}

/** What looks like the name of a host, with or without a scheme, somewhere in a text. */
const hostLike =
  /(?:[a-z][a-z0-9+.-]{0,20}:[/\\]*)?(?:[^\s/\\?#@]{1,200}@)?(?:[\p{L}\p{N}-]{1,63}[.。．｡])+[\p{L}\p{N}-]{2,63}/giu
/** What is a host without a name's dots, or by its number: behind a scheme anything is, and four numbers are one. */
const bareHostLike =
  /https?:[/\\]+(?:[^\s/\\?#@]{1,200}@)?(?:\[[\da-f:.]{2,45}\]|[\p{L}\p{N}-]{1,63})(?![\p{L}\p{N}.。．｡-])|(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])/giu
/** Nobody reads more than this of a link. */
const longestChars = 300
/** Letters of no width, and what turns the direction of a text. */
const invisible = /[\p{Cf}\p{Cc}\u115f\u1160\u3164\uffa0]/gu
const turning = /[\u202a-\u202e\u2066-\u2069]/u

/**
 * Whether the host has to stand beside the text: because the text names another one, could be read as
 * another one, or says nothing. Beside what names no host at all it would be a nuisance.
 */
export function needsHost(text: string, target: { href: string; host: string }): boolean {
  const { href, host } = target
  const shown = text.replace(invisible, '').trim()
  if (shown === '' || text.length > longestChars || turning.test(text)) return true
  // Letters of other scripts look like ours; a user name before the host looks like the host.
  if (/(?:^|[.@])xn--/.test(host) && !shown.includes(host)) return true
  if (/^https?:\/\/[^/]*@/.test(href)) return true
  const plain = shown.normalize('NFKC')
  const named = [...(plain.match(hostLike) ?? []), ...(plain.match(bareHostLike) ?? [])]
  return named.some((name) => withoutWww(hostOf(name)) !== withoutWww(domainOf(host)))
}

function hostOf(name: string): string {
  const bare = name.replace(/^[a-z][a-z0-9+.-]*:[/\\]*/i, '')
  return URL.parse(`http://${bare}`)?.hostname ?? bare
}

/** Of a host with a port, or of a mail address. */
function domainOf(host: string): string {
  return host.slice(host.lastIndexOf('@') + 1).replace(/:\d+$/, '')
}

function withoutWww(host: string): string {
  return host
    .toLowerCase()
    .replace(/^www\./, '')
    .replace(/\.$/, '')
}
