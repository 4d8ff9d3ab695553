/**
 * Tokens for a server that lets guests in. A guest without its identity is somebody else at each connect, without
 * the sessions of the last one: so it is kept, for as long as the program runs, and longer where it says how.
 * Part of the public surface.
 */
import type { AgentClientOptions } from './client.ts'
import { fieldsOf, textField } from './fields.ts'
import { httpUrl } from './socket-url.ts'
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
  let identity = kept ?? null
  /** The server has made or known this guest since we began: nobody else takes its place. */
  let isSettled = false

  async function ask(): Promise<string> {
    const address = typeof url === 'function' ? await url() : url
    let guest = await askForGuest(address, identity)
    if (guest.state === 'unknown' && !isSettled) guest = await askForGuest(address, null)
    if (guest.state === 'unknown') throw new Error('the server does not know this guest any more')
    isSettled = true
    if (guest.identity !== null && identity !== guest.identity) {
      identity = guest.identity
      onIdentity(identity)
    }
    return guest.token
  }

  let last: Promise<unknown> = Promise.resolve()
  // One after the other: two at once would be two guests.
  return () => {
    const token = last.then(ask)
    last = token.catch(() => {})
    return token
  }
}

type Guest = { state: 'known'; token: string; identity: string | null } | { state: 'unknown' }

const waitMs = 15_000

async function askForGuest(url: string, identity: string | null): Promise<Guest> {
  const reply = await fetch(`${httpUrl(url)}/auth.guest`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(identity === null ? {} : { identity }),
    signal: AbortSignal.timeout(waitMs),
  })
  const body = fieldsOf(await reply.json().catch(() => null))
  const data = fieldsOf(fieldsOf(body?.result)?.data)
  const token = data && textField(data, 'token')
  if (token) return { state: 'known', token, identity: textField(data, 'identity') ?? identity }
  const error = fieldsOf(body?.error)
  const detail = fieldsOf(error?.data)
  const reason = detail && textField(detail, 'reason')
  if (identity !== null && (reason === 'BAD_TOKEN' || reason === 'TOKEN_EXPIRED')) {
    return { state: 'unknown' }
  }
  const sentence = (error && textField(error, 'message')) ?? (body && textField(body, 'error'))
  throw new Error(sentence ?? `no token, but status ${reply.status}`)
}
