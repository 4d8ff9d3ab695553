/**
 * The verb `revoke`: makes void all tokens of a user that were issued up to now. It signs in with a token that
 * it makes for itself of the server's secret, so that nobody has to keep one. Used by the command line.
 */
import { z } from 'zod'
import { signOperatorToken } from '../server/auth/operator-token.ts'

export interface RevokeInput {
  /** Of the agent server: `http://127.0.0.1:3001`. */
  url: string
  /** The server's own. */
  secret: string
  userId: string
}

export type RevokeOutcome =
  /** `issuedUntil` is ISO 8601, UTC: tokens issued up to then are void. */
  | { outcome: 'revoked'; issuedUntil: string }
  /** A sentence for a person. */
  | { outcome: 'failed'; message: string }

const reply = z.object({ result: z.object({ data: z.object({ issuedUntil: z.string() }) }) })
const refusal = z.object({ error: z.object({ message: z.string() }) })

export async function revoke({ url, secret, userId }: RevokeInput): Promise<RevokeOutcome> {
  let response: Response
  try {
    response = await fetch(`${url.replace(/\/+$/, '')}/trpc/auth.revoke`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await signOperatorToken(secret, Date.now())}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ userId }),
      signal: AbortSignal.timeout(15_000),
    })
  } catch {
    return { outcome: 'failed', message: `No agent server answers at ${url}.` }
  }
  const body: unknown = await response.json().catch(() => null)
  const done = reply.safeParse(body)
  if (done.success) return { outcome: 'revoked', issuedUntil: done.data.result.data.issuedUntil }
  if (response.status === 401) {
    const message = `The agent server at ${url} has another secret: give this command its AUTH_SECRET, or its DATA_DIR.`
    return { outcome: 'failed', message }
  }
  const said = refusal.safeParse(body)
  const why = said.success ? said.data.error.message : `it answered ${response.status}`
  return { outcome: 'failed', message: `The agent server at ${url} refused: ${why}` }
}
