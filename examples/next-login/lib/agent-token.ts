/** Tokens for the agent server, which knows them by the secret that it shares with this app. */
import { SignJWT } from 'jose'
import { audience, issuer, secretOf } from './settings.ts'
import type { User } from './users.ts'

/** Short-lived, since it goes to a script: the client asks for the next one by itself. */
export function agentToken({ id }: User): Promise<string> {
  return new SignJWT()
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(id)
    .setIssuer(issuer())
    .setAudience(audience())
    .setIssuedAt()
    .setExpirationTime('10m')
    .sign(secretOf('AUTH_SECRET'))
}
