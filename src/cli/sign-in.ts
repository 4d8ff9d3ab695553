/**
 * The token of the guest whom the commands keep for this server, from one to the next. Used by `open-agent.ts`.
 */
import { openGuest } from '../client/guest.ts'
import type { TokenSource } from '../client/index.ts'
import { keepGuest, readGuest } from './kept-guests.ts'

/** A kept token is good for this long at least, or another is asked for. */
const leastLeftMs = 60_000

export interface SignInInput {
  url: string
  /** Of the file of kept guests. */
  path: string
  /** What a person should know and no program needs. */
  note(sentence: string): void
}

/** From the second time on it asks the server: then the kept token was not good enough. */
export function keptGuestTokens({ url, path, note }: SignInInput): TokenSource {
  const kept = readGuest(path, url)
  const guest = openGuest(`${url}/trpc`, {
    identity: kept?.identity ?? null,
    onForgotten: () =>
      note('The server does not know this guest any more: you are a new one, with no sessions.'),
  })
  let asked = false
  return async () => {
    const isFirst = !asked
    asked = true
    if (isFirst && kept && Date.parse(kept.expiresAt) - Date.now() > leastLeftMs) return kept.token
    const given = await guest()
    try {
      keepGuest(path, url, given)
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause)
      note(`You are a guest for this once, since ${path} cannot be written: ${why}.`)
    }
    return given.token
  }
}
