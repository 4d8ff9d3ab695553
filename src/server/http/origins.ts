/** Which pages may talk to this server: exact origins. Used by the upgrade and by CORS. */
import type { IncomingMessage } from 'node:http'
import { networkInterfaces } from 'node:os'
import type { ServerSettings } from '../settings.ts'

export type OriginCheck = (request: IncomingMessage) => 'allowed' | 'foreign'

export function createOriginCheck(
  settings: Pick<ServerSettings, 'allowedOrigins' | 'allowNoOrigin' | 'host' | 'webPort'>,
): OriginCheck {
  const allowed = new Set(settings.allowedOrigins ?? webOrigins(settings))
  return (request) => {
    const { headers } = request
    // A doubled header arrives joined by a comma, which is no origin.
    const origin = headers.origin
    if (origin === undefined) {
      const { allowNoOrigin } = settings
      const allowed = allowNoOrigin === 'with-token' ? bringsToken(request) : allowNoOrigin
      return allowed ? 'allowed' : 'foreign'
    }
    return allowed.has(origin) ? 'allowed' : 'foreign'
  }
}

/**
 * Whether a token comes with it, or is announced as the first frame of a WebSocket. What it is worth is seen
 * when it is there: a socket without a valid one is closed, and answers nothing but `info` until then.
 */
function bringsToken({ headers, url = '' }: IncomingMessage): boolean {
  if (headers.authorization !== undefined) return true
  if (headers.upgrade === undefined) return false
  return /[?&]connectionParams=1(?:&|$)/.test(url) || /^\/ws(?:\?|$)/.test(url)
}

/**
 * Origins of the web app: this machine by its local names; by its addresses too, where the agent server
 * listens on them.
 */
export function webOrigins({ host, webPort }: Pick<ServerSettings, 'host' | 'webPort'>): string[] {
  const hosts = ['localhost', '127.0.0.1', '::1', ...addressesOf(host)]
  const urls = hosts.map((name) => `http://${name.includes(':') ? `[${name}]` : name}:${webPort}`)
  return [...new Set(urls.flatMap((url) => URL.parse(url)?.origin ?? []))]
}

function addressesOf(host: string): string[] {
  if (host !== '0.0.0.0' && host !== '::') return [host]
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? [])
  return all.map(({ address }) => address)
}
