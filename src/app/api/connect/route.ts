/**
 * What the page needs to connect: where the agent server is, and a short-lived token. Who a guest is stays in
 * a cookie that no script reads; where users have a login of their own, its token is passed on. Asked by the
 * page before each connect, and before a token ends.
 */
import { type NextRequest, NextResponse } from 'next/server'
import { isHttps, publicAgentUrl } from './agent-address.ts'
import type { Asker } from './ask-agent.ts'
import { askForGuest } from './guest.ts'
import { askForLogin, loginToken } from './login.ts'
import { isSameOrigin } from './same-origin.ts'

export const dynamic = 'force-dynamic'

const days400 = 400 * 24 * 60 * 60

export async function POST(request: NextRequest): Promise<NextResponse> {
  const { headers } = request
  if (!isSameOrigin(headers)) return refuse(403, 'FOREIGN_ORIGIN')
  const url = publicAgentUrl(process.env, headers)
  if (!url) return refuse(400, 'BAD_HOST')

  const asker = { caller: headers.get('x-forwarded-for'), origin: headers.get('origin') }
  return process.env.AUTH_MODE === 'jwt' ? login(request, url, asker) : guest(request, url, asker)
}

/** The token of the user's own login, where the agent server takes it. */
async function login({ headers, cookies }: NextRequest, url: string, asker: Asker) {
  const token = loginToken(process.env, headers, cookies)
  const reply = await askForLogin(process.env, { token, ...asker })
  switch (reply.outcome) {
    case 'ok':
      return NextResponse.json({ url, token, ...reply.login }, { headers: uncached })
    case 'signed-out':
      return refuse(401, 'SIGN_IN')
    case 'refused':
      return reply.status === 429 ? refuse(429, 'RATE_LIMITED') : refuse(403, 'LOGIN_REFUSED')
    case 'unreachable':
      return refuse(503, 'AGENT_UNREACHABLE')
  }
}

async function guest({ headers, cookies }: NextRequest, url: string, asker: Asker) {
  const name = cookieName(headers)
  const identity = cookies.get(name)?.value
  let reply = await askForGuest(process.env, { identity, ...asker })
  // An identity of another installation, one that has run out, or none at all: there is a new guest then.
  if (reply.outcome === 'refused' && [400, 401].includes(reply.status) && identity) {
    reply = await askForGuest(process.env, { identity: undefined, ...asker })
  }
  if (reply.outcome === 'unreachable') return refuse(503, 'AGENT_UNREACHABLE')
  if (reply.outcome === 'refused') {
    return reply.status === 429 ? refuse(429, 'RATE_LIMITED') : refuse(403, 'GUESTS_REFUSED')
  }

  const { token, expiresAt } = reply.guest
  const response = NextResponse.json({ url, token, expiresAt }, { headers: uncached })
  response.cookies.set(name, reply.guest.identity, {
    httpOnly: true,
    sameSite: 'lax',
    secure: isHttps(headers),
    path: '/',
    maxAge: days400,
  })
  return response
}

const uncached = { 'cache-control': 'no-store' }

function refuse(status: number, reason: string): NextResponse {
  return NextResponse.json({ reason }, { status, headers: uncached })
}

/**
 * Cookies do not tell ports apart, installations on one machine do: each has a guest of its own, as it
 * has local storage of its own.
 */
function cookieName(headers: Headers): string {
  const port = URL.parse(`http://${headers.get('host') ?? ''}`)?.port
  return port ? `agent_guest_${port}` : 'agent_guest'
}
