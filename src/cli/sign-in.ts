/**
 * The token of who runs a command: the one that was given, or that of the guest that is kept for this server.
 * Used by `open-agent.ts`.
 */
import { z } from 'zod'
import type { TokenSource } from '../client/index.ts'
import { call } from './call.ts'
import { CommandError, exitCodes } from './exit-codes.ts'
import { keepGuest, readGuest } from './kept-guests.ts'

const guest = z.object({
  token: z.string(),
  userId: z.string(),
  expiresAt: z.string(),
  identity: z.string(),
})

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
export function guestTokens({ url, path, note }: SignInInput): TokenSource {
  let asked = false
  return async () => {
    const kept = readGuest(path, url)
    const isFirst = !asked
    asked = true
    if (isFirst && kept && Date.parse(kept.expiresAt) - Date.now() > leastLeftMs) return kept.token
    let reply = await call({
      url,
      path: 'auth.guest',
      body: kept ? { identity: kept.identity } : {},
    })
    const isForgotten =
      reply.outcome === 'refused' &&
      (reply.reason === 'BAD_TOKEN' || reply.reason === 'TOKEN_EXPIRED')
    if (kept && isForgotten) {
      note('The server does not know this guest any more: you are a new one, with no sessions.')
      reply = await call({ url, path: 'auth.guest', body: {} })
    }
    if (reply.outcome !== 'done') throw new CommandError(reply.message, exitCodes.unreachable)
    const given = guest.parse(reply.data)
    try {
      keepGuest(path, url, given)
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause)
      note(`You are a guest for this once, since ${path} cannot be written: ${why}.`)
    }
    return given.token
  }
}
