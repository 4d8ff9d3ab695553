/**
 * Before each page: a nonce, made for this response alone, and the Content-Security-Policy with it. Next
 * reads the policy of the request and puts the nonce on every script that it writes. The other headers
 * are the same for everyone: `next.config.mjs`.
 */
import { type NextRequest, NextResponse } from 'next/server'
import { isHttps, publicAgentUrl } from './app/api/connect/agent-address.ts'
import { contentSecurityPolicy } from './app/security/content-security-policy.ts'
import { nonceHeader } from './app/security/nonce.ts'

const header = 'content-security-policy'

export function proxy(request: NextRequest): NextResponse {
  const nonce = Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString('base64')
  const policy = contentSecurityPolicy({
    nonce,
    agentUrl: publicAgentUrl(process.env, request.headers),
    secure: isHttps(request.headers),
    development: process.env.NODE_ENV === 'development',
  })
  // What the caller sent under these names is overwritten.
  const headers = new Headers(request.headers)
  headers.set(nonceHeader, nonce)
  headers.set(header, policy)
  const response = NextResponse.next({ request: { headers } })
  response.headers.set(header, policy)
  return response
}

/** Everything that is not a file of the build. Read by Next as it is written here. */
export const config = { matcher: '/((?!_next/static/).*)' }
