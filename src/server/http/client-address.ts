/** Where a request comes from, as limits count it. Proxies are believed only where they are trusted. */
import type { IncomingMessage } from 'node:http'
import { BlockList, isIP } from 'node:net'
import { addSubnet } from '../env-fields.ts'

export type AddressOf = (request: IncomingMessage) => string

/** `trusted`: addresses and subnets whose `X-Forwarded-For` counts. */
export function createAddressOf(trusted: readonly string[]): AddressOf {
  const proxies = new BlockList()
  for (const subnet of trusted) addSubnet(proxies, subnet)
  const isProxy = (address: string) => {
    const version = isIP(address)
    return version !== 0 && proxies.check(address, version === 4 ? 'ipv4' : 'ipv6')
  }
  return ({ headers, socket }) => {
    let address = unmapped(socket.remoteAddress ?? '')
    if (trusted.length === 0) return counted(address)
    const forwarded = [headers['x-forwarded-for'] ?? []].flat().join(',').split(',')
    // Each proxy adds to the right: what stands left of the first one that is not ours is hearsay.
    while (isProxy(address)) {
      const before = withoutPort(forwarded.pop()?.trim() ?? '')
      if (isIP(before) === 0) break
      address = unmapped(before)
    }
    return counted(address)
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
