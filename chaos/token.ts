/**
 * Tokens of the users of a schedule, signed with the secret that the stage's server is given. They say when they end and
 * not when they were made: a server whose clock was put back takes no token of the future, and a schedule has no
 * other way to get a fresh one of the same user. Used by the troupe and the stage.
 */
import { SignJWT } from 'jose'

/** Of no server but the stage's. */
export const authSecret = 'chaos, and nothing else, signs with this secret'

export function tokenFor(userId: string): Promise<string> {
  return new SignJWT()
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer('agent-websocket')
    .setAudience('agent-websocket/access')
    .setSubject(userId)
    .setExpirationTime('1 day')
    .sign(new TextEncoder().encode(authSecret))
}
