/**
 * Readers of one environment variable each: text in, value out, or what is wrong with it. Used by
 * `env.ts`. Values are said back in a message only where they cannot be a secret.
 */
import { BlockList, isIP } from 'node:net'
import { z } from 'zod'
import { isText } from '../core/plain-input.ts'

type Read<T> = { value: T } | { problem: string }

/** A field that `read` understands; unset, `unset` is read in its place. */
export function field<T>(read: (text: string) => Read<T>, unset: string) {
  return z.string().transform(reading(read)).prefault(unset)
}

/** A field that may be left out: null then. */
export function optional<T>(read: (text: string) => Read<T>) {
  return z.string().transform(reading(read)).nullable().prefault(null)
}

function reading<T>(read: (text: string) => Read<T>) {
  return (text: string, context: z.core.$RefinementCtx<string>): T => {
    const result = read(text)
    if ('value' in result) return result.value
    context.addIssue({ code: 'custom', message: result.problem })
    return z.NEVER
  }
}

function numberIn(min: number, max: number, kind: { pattern: RegExp; name: string }) {
  return (text: string): Read<number> => {
    const value = kind.pattern.test(text) ? Number(text) : Number.NaN
    if (value >= min && value <= max) return { value }
    return { problem: `must be a ${kind.name} from ${min} to ${max}, not ${said(text)}` }
  }
}

/** A whole number. */
export const whole = (min: number, max: number) =>
  numberIn(min, max, { pattern: /^\d{1,15}$/, name: 'whole number' })

/** A number that may have a fraction. */
export const decimal = (min: number, max: number) =>
  numberIn(min, max, { pattern: /^\d{1,15}(\.\d{1,15})?$/, name: 'number' })

/** Text that is counted in bytes, and never said back. */
export function secret(minBytes: number) {
  return (text: string): Read<string> =>
    Buffer.byteLength(text) >= minBytes && text.length <= 10_000
      ? { value: text }
      : { problem: `must have ${minBytes} bytes or more` }
}

/** Comma-separated secrets, which are never said back. */
export function secrets(minLength: number) {
  return (text: string): Read<string[]> => {
    const items = text.split(',').map((item) => item.trim())
    const word = new RegExp(`^[\\x21-\\x7e]{${minLength},}$`)
    if (items.every((item) => word.test(item))) return { value: [...new Set(items)] }
    const problem = `must be words of ${minLength} characters or more (printable ASCII), with commas between them`
    return { problem }
  }
}

/** The name of a cookie or of a header. */
export function httpName(text: string): Read<string> {
  if (/^[\w!#$%&'*+.^`|~-]{1,100}$/.test(text)) return { value: text }
  return { problem: `"${text}" is not the name of a cookie or a header` }
}

/** Where a page may link to: a path of its own host, or a URL of another. */
export function pageUrl(text: string): Read<string> {
  const isPlain = text.length <= 2000 && /^[\x21-\x7e]+$/.test(text)
  const isWeb = /^https?:\/\//.test(text) && URL.canParse(text)
  if (isPlain && (isWeb || /^\/(?![/\\])/.test(text))) return { value: text }
  return { problem: 'must be a path, or a URL that begins with https:// or http://' }
}

const maxSaidChars = 60

/** A bad value as it is said back: on one line, and not all of a long one. */
function said(text: string): string {
  const short = text.length > maxSaidChars ? `${text.slice(0, maxSaidChars)}…` : text
  return JSON.stringify(short)
}

/** One line of at most `max` characters. */
export function line(max: number) {
  return (text: string): Read<string> =>
    text.length <= max && isText(text) && !/\p{Cc}/u.test(text)
      ? { value: text }
      : { problem: `must be one line of at most ${max} characters` }
}

/** Any text of at most `max` characters. */
export function prose(max: number) {
  return (text: string): Read<string> =>
    text.length <= max && isText(text)
      ? { value: text }
      : { problem: `must be text of at most ${max} characters` }
}

/** A name or an address to listen on: no URL, no port. */
export function host(text: string): Read<string> {
  const isName = /^[a-z0-9]([a-z0-9._-]{0,251}[a-z0-9.])?$/i.test(text)
  if (isName || isIP(text) !== 0) return { value: text }
  return { problem: `must be a host name or an IP address, not ${said(text)}` }
}

export function oneOf<const T extends string>(...names: readonly T[]) {
  return (text: string): Read<T> => {
    const value = names.find((name) => name === text)
    return value === undefined
      ? { problem: `must be one of ${names.join(', ')}, not ${said(text)}` }
      : { value }
  }
}

export function bool(text: string): Read<boolean> {
  if (text === 'true' || text === 'false') return { value: text === 'true' }
  return { problem: `must be true or false, not ${said(text)}` }
}

const maxItems = 1000

/** Comma-separated; at least one. */
export function list(check?: (item: string) => string | null) {
  return (text: string): Read<string[]> => {
    const items = text.split(',').map((item) => item.trim())
    if (items.includes('')) return { problem: 'must be names with commas between them' }
    if (items.length > maxItems) return { problem: `must be at most ${maxItems} names` }
    const problems = items.flatMap((item) => check?.(item) ?? []).slice(0, 5)
    return problems.length > 0 ? { problem: problems.join('; ') } : { value: [...new Set(items)] }
  }
}

/** A URL that a path can be put behind: without `?` and `#`. */
export function url(...protocols: readonly string[]) {
  return (text: string): Read<string> => {
    const parsed = URL.parse(text)
    const isBase = text.length <= 2000 && /^[\x21-\x7e]+$/.test(text) && !/[?#]/.test(text)
    if (isBase && parsed && protocols.includes(parsed.protocol)) {
      return { value: text.replace(/\/+$/, '') }
    }
    // The value may hold a password.
    return {
      problem: `must be a URL that begins with ${protocols.map((p) => `${p}//`).join(' or ')}, without ? and #`,
    }
  }
}

/** What is wrong with an origin, or null. */
export function originProblem(text: string): string | null {
  const parsed = URL.parse(text)
  const isExact = !text.includes('*') && parsed?.origin === text
  if (isExact && /^https?:$/.test(parsed.protocol)) return null
  // Before an @ stands a password.
  const named = text.includes('@') ? 'an entry' : said(text)
  return `${named} is not an exact origin such as https://chat.example.org (no path, no wildcard)`
}

/** What is wrong with an address or a subnet, or null. */
export function subnetProblem(text: string): string | null {
  return addSubnet(new BlockList(), text) ? null : `${said(text)} is no IP address or subnet`
}

/** Adds `10.0.0.1`, `10.0.0.0/8`, `fd00::/8`; false where the text is none of these. */
export function addSubnet(to: BlockList, text: string): boolean {
  const [address = '', prefix, ...rest] = text.split('/')
  const version = isIP(address)
  if (version === 0 || rest.length > 0) return false
  const family = version === 4 ? 'ipv4' : 'ipv6'
  if (prefix === undefined) {
    to.addAddress(address, family)
    return true
  }
  const bits = /^\d{1,3}$/.test(prefix) ? Number(prefix) : Number.NaN
  if (!(bits <= (version === 4 ? 32 : 128))) return false
  to.addSubnet(address, bits, family)
  return true
}
