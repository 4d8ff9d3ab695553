/** Tokens of as many users, signed with the secret of the servers. Used by `main.ts`. */
import { SignJWT } from 'jose'

export function signTokens(secret: string, users: number): Promise<string[]> {
  const key = new TextEncoder().encode(secret)
  const sign = (index: number) =>
    new SignJWT()
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer('agent-websocket')
      .setAudience('agent-websocket/access')
      .setSubject(`user-${index}`)
      .setIssuedAt()
      .setExpirationTime('1 day')
      .sign(key)
  return Promise.all(Array.from({ length: users }, (_, index) => sign(index)))
}
