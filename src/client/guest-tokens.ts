/**
 * Tokens for a server that lets guests in. A guest without its identity is somebody else at each connect, without
 * the sessions of the last one: so it is kept, for as long as the program runs, and longer where it says how.
 * Part of the public surface.
 */
import type { AgentClientOptions } from './client.ts'
import { openGuest } from './guest.ts'
import type { TokenSource } from './token.ts'

export interface GuestOptions {
  /** Of an earlier run, as `onIdentity` gave it: comes back as that guest. */
  identity?: string | null | undefined
  /**
   * Who this guest is, to be kept like a password. Called with a fresh one for each token, and with another guest's
   * where the server did not know `identity` any more.
   */
  onIdentity?: (identity: string) => void
}

/** For the `token` of `createAgentClient`, with the same `url`. Asks the server when a token is first needed. */
export function guestTokens(
  url: AgentClientOptions['url'],
  { identity: kept, onIdentity = () => {} }: GuestOptions = {},
): TokenSource {
  let told = kept ?? null
  const guest = openGuest(url, { identity: told })
  return async () => {
    const { token, identity } = await guest()
    if (identity !== told) {
      told = identity
      onIdentity(identity)
    }
    return token
  }
}
