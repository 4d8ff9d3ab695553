/** The secrets that may call `notify`. Used by the authenticator. */
import { createHash, timingSafeEqual } from 'node:crypto'

/** The service whose token this is, by its place in the settings: `service-1`; null where it is none's. */
export type ServiceOf = (token: string) => string | null

/**
 * Digests are compared and not the tokens, and always all of them: how long it takes says nothing, neither of
 * their lengths nor of how much is right.
 */
export function createServiceTokens(tokens: readonly string[]): ServiceOf {
  const digests = tokens.map(digestOf)
  return (token) => {
    const digest = digestOf(token)
    let found: string | null = null
    for (const [index, known] of digests.entries()) {
      if (timingSafeEqual(known, digest)) found = `service-${index + 1}`
    }
    return found
  }
}

function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
