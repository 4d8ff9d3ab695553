/**
 * Who is signed in, where users have a login of their own (`AUTH_MODE=jwt`): the token that their login left
 * with the browser, in a cookie, or that a proxy in front adds as a header. The agent server says whether it is
 * good; nothing here trusts it.
 */
import { z } from 'zod'
import type { AgentEnv } from './agent-address.ts'
import { type Asker, askAgent } from './ask-agent.ts'

interface Cookies {
  get(name: string): { value: string } | undefined
}

/**
 * The token of a request: of the header `AUTH_TOKEN_HEADER`, else of the cookie `AUTH_TOKEN_COOKIE`; where
 * neither is set, of `Authorization`.
 */
export function loginToken(env: AgentEnv, headers: Headers, cookies: Cookies): string | null {
  const { AUTH_TOKEN_COOKIE: cookie, AUTH_TOKEN_HEADER: named } = env
  const header = named || (cookie ? null : 'authorization')
  const value = (header && headers.get(header)) || (cookie && cookies.get(cookie)?.value) || ''
  return value.replace(/^bearer\s+/i, '').trim() || null
}

const claims = z.object({ sub: z.string() })

/** Whom the token names, unverified: to keep apart what a browser keeps for its users. */
export function namedUser(token: string | null): string | null {
  try {
    const body = Buffer.from(token?.split('.')[1] ?? '', 'base64url').toString()
    return claims.safeParse(JSON.parse(body)).data?.sub ?? null
  } catch {
    return null
  }
}

const login = z.object({ userId: z.string(), expiresAt: z.string() })
const reply = z.object({ result: z.object({ data: login }) })

export type LoginReply =
  | { outcome: 'ok'; login: z.infer<typeof login> }
  /** There is no token, or it is not good, or not any more. */
  | { outcome: 'signed-out' }
  | { outcome: 'refused'; status: number }
  /** The agent server, or the identity provider behind it. */
  | { outcome: 'unreachable' }

/** Whose the token is, as the agent server sees it. */
export async function askForLogin(
  env: AgentEnv,
  { token, ...asker }: Asker & { token: string | null },
): Promise<LoginReply> {
  if (token === null) return { outcome: 'signed-out' }
  const answer = await askAgent(env, { path: 'auth.refresh', input: { token }, token }, asker)
  if (answer.outcome === 'unreachable') return answer
  const { status, body } = answer
  // A token that is no text as tokens are is a bad request there.
  if (status === 401 || status === 400) return { outcome: 'signed-out' }
  if (status >= 400 && status < 500) return { outcome: 'refused', status }
  const parsed = reply.safeParse(body)
  return parsed.success
    ? { outcome: 'ok', login: parsed.data.result.data }
    : { outcome: 'unreachable' }
}
