/** Where the agent server is, as people write it. Used by all commands that talk to one. */
import { CommandError, exitCodes } from './exit-codes.ts'

const defaultUrl = 'http://127.0.0.1:3001'

/** `ws://host/trpc/` and `http://host` are the same server: `http://host`. */
export function agentUrl(given: string | undefined): string {
  const url = URL.parse(given || defaultUrl)
  if (!url || !/^(?:http|ws)s?:$/.test(url.protocol)) {
    throw new CommandError(
      `"${given}" is not the address of an agent server. One looks like ${defaultUrl}.`,
      exitCodes.usage,
    )
  }
  const path = url.pathname.replace(/\/+$/, '').replace(/\/trpc$/, '')
  return `${url.protocol.replace('ws', 'http')}//${url.host}${path}`
}
