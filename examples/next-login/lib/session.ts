/** The app's own login: a signed cookie that says who is signed in. Used by the pages and the routes. */
import { jwtVerify, SignJWT } from 'jose'
import { cookies } from 'next/headers'
import { secretOf } from './settings.ts'
import type { User } from './users.ts'

const cookie = 'login'
const lifeS = 8 * 60 * 60

export async function startLogin({ id, name }: User): Promise<void> {
  const value = await new SignJWT({ name })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(id)
    .setIssuedAt()
    .setExpirationTime(`${lifeS}s`)
    .sign(secretOf('SESSION_SECRET'))
  // Behind https, add `secure: true`.
  const kept = { httpOnly: true, sameSite: 'lax', path: '/', maxAge: lifeS } as const
  const jar = await cookies()
  jar.set(cookie, value, kept)
}

export async function endLogin(): Promise<void> {
  const jar = await cookies()
  jar.delete(cookie)
}

/** Who is signed in; null for nobody, and for a cookie that is not ours or is over. */
export async function signedIn(): Promise<User | null> {
  const value = (await cookies()).get(cookie)?.value
  if (!value) return null
  try {
    const { payload } = await jwtVerify(value, secretOf('SESSION_SECRET'), {
      algorithms: ['HS256'],
    })
    const { sub, name } = payload
    return sub && typeof name === 'string' ? { id: sub, name } : null
  } catch {
    return null
  }
}
