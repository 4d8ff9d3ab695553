/** Where a request comes from, as limits count it. Proxies are believed only where they are trusted. */
import { timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { BlockList, isIP } from 'node:net'
import { addSubnet } from '../env-fields.ts'

export interface Addresses {
  of(request: IncomingMessage): string
  /** Of a peer by itself, whatever it says. */
  ofPeer(address: string): string
  /** Whether this peer's `X-Forwarded-For` counts. */
  isProxy(address: string): boolean
}

export interface Trust {
  /** Addresses and subnets whose `X-Forwarded-For` counts. */
  proxies: readonly string[]
  /** Who sends this in `x-agent-forward` is the web app: what it forwards counts too. Null: nobody is. */
  forwardSecret: string | null
}

/** What the web app proves itself with (docs/decisions/032-the-web-app-proves-itself.md). */
const forwardHeader = 'x-agent-forward'

export function createAddresses({ proxies, forwardSecret }: Trust): Addresses {
  const trusted = new BlockList()
  for (const subnet of proxies) addSubnet(trusted, subnet)
  const isProxy = (address: string) => {
    if (proxies.length === 0) return false
    const plain = unmapped(address)
    const version = isIP(plain)
    return version !== 0 && trusted.check(plain, version === 4 ? 'ipv4' : 'ipv6')
  }
  const secret = forwardSecret === null ? null : Buffer.from(forwardSecret)
  const isWebApp = (shown: string | string[] | undefined) => {
    if (secret === null || typeof shown !== 'string') return false
    const bytes = Buffer.from(shown)
    return bytes.length === secret.length && timingSafeEqual(bytes, secret)
  }
  return {
    isProxy,
    ofPeer: (address) => counted(unmapped(address)),
    of({ headers, socket }) {
      let address = unmapped(socket.remoteAddress ?? '')
      let believed = isWebApp(headers[forwardHeader]) || isProxy(address)
      if (!believed) return counted(address)
      const forwarded = [headers['x-forwarded-for'] ?? []].flat().join(',').split(',')
      // Each proxy adds to the right: what stands left of the first one that is not ours is hearsay.
      while (believed) {
        const before = withoutPort(forwarded.pop()?.trim() ?? '')
        if (isIP(before) === 0) break
        address = unmapped(before)
        believed = isProxy(address)
      }
      return counted(address)
    },
  }
}

function unmapped(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '')
}

function withoutPort(address: string): string {
  if (/^\d+\.\d+\.\d+\.\d+:\d+$/.test(address)) return address.replace(/:\d+$/, '')
  return /^\[([^\]]+)\](:\d+)?$/.exec(address)?.[1] ?? address
}

/** One customer has a whole /64 of IPv6, so that is what is counted. */
function counted(address: string): string {
  if (isIP(address) !== 6) return address
  const [head = '', tail] = address.replace(/%.*$/, '').toLowerCase().split('::')
  const left = head === '' ? [] : head.split(':')
  if (tail === undefined) return `${left.slice(0, 4).join(':')}::/64`
  const right = tail === '' ? [] : tail.split(':')
  const zeros = Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => '0')
  return `${[...left, ...zeros, ...right].slice(0, 4).join(':')}::/64`
}
