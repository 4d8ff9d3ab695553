/**
 * Being a guest of a server: one call to sign in, and again for a fresh token, as the same guest. Knows nothing of
 * the client, so that others may sign guests in by it: `guestTokens`, the command line and the tester's kit do.
 */
import { fieldsOf, textField } from './fields.ts'
import { httpUrl } from './socket-url.ts'

export interface Guest {
  userId: string
  /** For `createAgentClient`, and as `Authorization: Bearer`. */
  token: string
  /** Of the token, ISO 8601. */
  expiresAt: string
  /** What the guest is known by, whenever a token is over. */
  identity: string
}

interface GuestBefore {
  /** Who it was in an earlier run; null for a new one. */
  identity: string | null
  /** The server does not know `identity`: the guest is a new one. */
  onForgotten?: () => void
}

/**
 * Gives the guest, with a fresh token each time. A guest that the server has known since we began is nobody else
 * later on: where it is forgotten then, that is an error.
 */
export function openGuest(
  url: string | (() => string | Promise<string>),
  { identity: before, onForgotten = () => {} }: GuestBefore = { identity: null },
): () => Promise<Guest> {
  let identity = before
  let isSettled = false

  async function ask(): Promise<Guest> {
    const address = typeof url === 'function' ? await url() : url
    let guest = await askForGuest(address, identity)
    if (!guest && !isSettled) {
      onForgotten()
      guest = await askForGuest(address, null)
    }
    if (!guest) throw new Error('the server does not know this guest any more')
    isSettled = true
    identity = guest.identity
    return guest
  }

  let last: Promise<unknown> = Promise.resolve()
  // One after the other: two at once would be two guests.
  return () => {
    const guest = last.then(ask)
    last = guest.catch(() => {})
    return guest
  }
}

const waitMs = 15_000

/** Null where the server does not know this identity. Throws with a sentence where it lets no guest in. */
async function askForGuest(url: string, identity: string | null): Promise<Guest | null> {
  const reply = await fetch(`${httpUrl(url)}/auth.guest`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(identity === null ? {} : { identity }),
    signal: AbortSignal.timeout(waitMs),
  })
  const body = fieldsOf(await reply.json().catch(() => null))
  const guest = guestIn(body)
  if (guest) return guest
  const error = fieldsOf(body?.error)
  const detail = fieldsOf(error?.data)
  const reason = detail && textField(detail, 'reason')
  if (identity !== null && (reason === 'BAD_TOKEN' || reason === 'TOKEN_EXPIRED')) return null
  const sentence = (error && textField(error, 'message')) ?? (body && textField(body, 'error'))
  throw new Error(sentence ?? `no token, but status ${reply.status}`)
}

function guestIn(body: ReturnType<typeof fieldsOf>): Guest | null {
  const data = fieldsOf(fieldsOf(body?.result)?.data)
  if (!data) return null
  const [userId, token, expiresAt, identity] = ['userId', 'token', 'expiresAt', 'identity'].map(
    (name) => textField(data, name),
  )
  if (!userId || !token || !expiresAt || !identity) return null
  return { userId, token, expiresAt, identity }
}
