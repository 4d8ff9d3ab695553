/**
 * The token of the caller: asked for anew for each connect, and renewed on a live connection before it
 * expires, so that nothing is dropped. Used by the connection and the client.
 */
import type { Clock } from '../core/ports/clock.ts'
import { AgentClientError } from './errors.ts'
import { fieldsOf, numberField } from './fields.ts'

/** Gives a token that is valid now. May be asked often; may answer from a cache. */
export type TokenSource = () => string | Promise<string>

const waitMs = 15_000

/** Asks the source. Rejects with `TOKEN_FAILED` when that fails, or takes too long. */
export async function askForToken(source: TokenSource, clock: Clock): Promise<string> {
  let cancel = () => {}
  try {
    const late = new Promise<never>((_, reject) => {
      cancel = clock.after(waitMs, () => reject(new Error('no token within 15 s')))
    })
    return await Promise.race([Promise.resolve().then(source), late])
  } catch (cause) {
    if (cause instanceof AgentClientError) throw cause
    const detail = cause instanceof Error ? `: ${cause.message}` : ''
    const message = `Signing in failed${detail}`
    throw new AgentClientError('TOKEN_FAILED', { message, retryable: true, cause })
  } finally {
    cancel()
  }
}

/** When a JWT expires, in milliseconds since 1970; null where the token does not say. */
export function tokenExpiry(token: string): number | null {
  const body = token.split('.')[1]
  if (!body) return null
  try {
    const claims = fieldsOf(JSON.parse(atob(body.replaceAll('-', '+').replaceAll('_', '/'))))
    const exp = claims ? numberField(claims, 'exp') : undefined
    return exp === undefined ? null : exp * 1000
  } catch {
    return null
  }
}

interface RenewalOptions {
  clock: Clock
  source: TokenSource
  /** Gives a fresh token to the server, for the live connection. */
  refresh(token: string): Promise<unknown>
  onError(error: unknown): void
}

/** How long before its end a token is renewed: a fifth of what is left, at most a minute. */
const leadMs = (leftMs: number) => Math.min(60_000, leftMs / 5)
const leastWaitMs = 1_000

export class TokenRenewal {
  readonly #options: RenewalOptions
  #cancel = () => {}
  #round = 0

  constructor(options: RenewalOptions) {
    this.#options = options
  }

  /** A connection uses this token from now on: the only one that is renewed. */
  watch(token: string): void {
    this.stop()
    const expiresAt = tokenExpiry(token)
    if (expiresAt === null) return
    const leftMs = expiresAt - this.#options.clock.now()
    this.#renewIn(leftMs - leadMs(leftMs), expiresAt)
  }

  stop(): void {
    this.#cancel()
    this.#round++
  }

  #renewIn(delayMs: number, expiresAt: number): void {
    const round = this.#round
    this.#cancel = this.#options.clock.after(Math.max(leastWaitMs, delayMs), () => {
      void this.#renew(round, expiresAt)
    })
  }

  /** Until it succeeds or the token has expired: then the server closes, and the reconnect asks anew. */
  async #renew(round: number, expiresAt: number): Promise<void> {
    const { clock, source, refresh, onError } = this.#options
    // A timer set for longer than the runtime can wait fires early.
    const leftMs = expiresAt - clock.now()
    if (leftMs <= 0) return
    if (leftMs > 61_000) return this.#renewIn(leftMs - 60_000, expiresAt)
    try {
      const token = await askForToken(source, clock)
      const fresh = tokenExpiry(token)
      if (round !== this.#round) return
      if (fresh === null || fresh > expiresAt) {
        await refresh(token)
        if (round === this.#round) this.watch(token)
        return
      }
    } catch (cause) {
      onError(cause)
    }
    if (round === this.#round) this.#renewIn((expiresAt - clock.now()) / 2, expiresAt)
  }
}
