/** `POST /api/agent-token`: a token of whoever is signed in. The page's client asks for it. */
import { agentToken } from '../../../lib/agent-token.ts'
import { signedIn } from '../../../lib/session.ts'

const headers = { 'cache-control': 'no-store' }

export async function POST(): Promise<Response> {
  const user = await signedIn()
  if (!user) return new Response('Sign in first.', { status: 401, headers })
  return Response.json({ token: await agentToken(user) }, { headers })
}
