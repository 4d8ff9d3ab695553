/** Which pages may talk to this server: exact origins. Used by the upgrade and by CORS. */
import type { IncomingMessage } from 'node:http'
import { networkInterfaces } from 'node:os'
import type { ServerSettings } from '../settings.ts'

export type OriginCheck = (request: IncomingMessage) => 'allowed' | 'foreign'

export function createOriginCheck(
  settings: Pick<ServerSettings, 'allowedOrigins' | 'allowNoOrigin' | 'host' | 'webPort'>,
): OriginCheck {
  const allowed = new Set(settings.allowedOrigins ?? webOrigins(settings))
  return ({ headers }) => {
    // A doubled header arrives joined by a comma, which is no origin.
    const origin = headers.origin
    if (origin === undefined) return settings.allowNoOrigin ? 'allowed' : 'foreign'
    return allowed.has(origin) ? 'allowed' : 'foreign'
  }
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
