/**
 * `POST /api/sign-out`, by a form: the browser leaves the page, and with it goes the agent's client and its
 * connection. A change of the page within React would keep both.
 */
import { endLogin } from '../../../lib/session.ts'

export async function POST(): Promise<Response> {
  await endLogin()
  return new Response(null, { status: 303, headers: { location: '/login' } })
}
