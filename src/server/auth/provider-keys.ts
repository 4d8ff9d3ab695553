/**
 * The published keys of an identity provider (a JWKS), kept and asked for anew as they change. Used by
 * `provider-tokens.ts`.
 *
 * - A token of a key that is not known makes us ask again, at most once in `cooldownMs`: strangers who make
 *   up names of keys do not make us hammer the provider.
 * - Keys older than `maxAgeMs` are asked for again, so that one that was withdrawn goes.
 * - While the provider does not answer, known keys go on, and what needs an unknown one is
 *   `AUTH_UNAVAILABLE`: nobody is signed out by somebody else's failure.
 */
import { createRemoteJWKSet, customFetch, errors, type JWTVerifyGetKey } from 'jose'
import { z } from 'zod'
import { AgentError } from '../../core/errors.ts'
import type { Logger } from '../../core/ports/log.ts'
import type { KeyTimes } from './key-times.ts'

const maxBytes = 1024 * 1024
const keySet = z.looseObject({ keys: z.array(z.looseObject({ kty: z.string() })) })

/** Begins to fetch the keys at once, so that the first token does not wait for them. */
export function createProviderKeys(input: {
  url: string
  now: () => number
  log: Logger
  times: KeyTimes
}): JWTVerifyGetKey {
  const { now, log, times } = input
  let askedAtMs = Number.NEGATIVE_INFINITY
  let gotAtMs = Number.NEGATIVE_INFINITY
  let failing = false

  const set = createRemoteJWKSet(new URL(input.url), {
    timeoutDuration: times.timeoutMs,
    // When to ask is decided here: jose counts from the last success alone, and drops keys by their age.
    cooldownDuration: Number.POSITIVE_INFINITY,
    cacheMaxAge: Number.POSITIVE_INFINITY,
    [customFetch]: async (url, options) => {
      const text = await boundedText(await fetch(url, options))
      keySet.parse(JSON.parse(text))
      return new Response(text)
    },
  })

  /** Asks for the keys, unless it was done a moment ago. False where that failed, now or then. */
  async function renew(): Promise<boolean> {
    if (!set.reloading) {
      if (now() - askedAtMs < times.cooldownMs) return !failing
      askedAtMs = now()
    }
    try {
      await set.reload()
    } catch (cause) {
      // Once for the whole time that it lasts.
      if (!failing) log.warn({ err: cause }, 'the keys of the identity provider cannot be had')
      failing = true
      // Counted from its end: a time-out may take as long.
      askedAtMs = now()
      return false
    }
    if (failing) log.info({}, 'the keys of the identity provider can be had again')
    failing = false
    gotAtMs = now()
    return true
  }

  void renew()
  return async (header, token) => {
    // The first keys may be on their way still.
    if (!set.jwks()) await renew()
    else if (now() - gotAtMs > times.maxAgeMs) {
      const renewed = renew()
      // A provider that hangs makes one caller wait and not all of them.
      if (!failing) await renewed
    }
    if (!set.jwks()) throw new AgentError('AUTH_UNAVAILABLE', { retryAfterMs: times.cooldownMs })
    try {
      return await set(header, token)
    } catch (cause) {
      if (!(cause instanceof errors.JWKSNoMatchingKey)) throw cause
      if (!(await renew())) {
        throw new AgentError('AUTH_UNAVAILABLE', { cause, retryAfterMs: times.cooldownMs })
      }
      return set(header, token)
    }
  }
}

async function boundedText(response: Response): Promise<string> {
  if (response.status !== 200) {
    await response.body?.cancel()
    throw new Error(`the keys were answered with status ${response.status}`)
  }
  const decoder = new TextDecoder()
  let text = ''
  for await (const bytes of response.body ?? []) {
    text += decoder.decode(bytes, { stream: true })
    if (text.length > maxBytes) throw new Error('the keys are too many bytes')
  }
  return text + decoder.decode()
}
