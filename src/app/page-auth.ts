/** How the page's users sign in, as the server that renders the page knows it. Read at run time. */
import { cookies, headers } from 'next/headers'
import { loginToken, namedUser } from './api/connect/login.ts'

export type PageAuth =
  | { mode: 'guest' }
  /** `user`: whom the login names, not verified; null where nobody is signed in. */
  | { mode: 'jwt'; user: string | null; signInUrl: string | null }

export async function pageAuth(): Promise<PageAuth> {
  const { env } = process
  if (env.AUTH_MODE !== 'jwt') return { mode: 'guest' }
  const user = namedUser(loginToken(env, await headers(), await cookies()))
  return { mode: 'jwt', user, signInUrl: env.AUTH_SIGN_IN_URL || null }
}
