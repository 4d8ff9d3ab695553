/** Asks the agent server for a guest's token. The identity that comes with it is for the cookie alone. */
import { z } from 'zod'
import type { AgentEnv } from './agent-address.ts'
import { type Asker, askAgent } from './ask-agent.ts'

const guest = z.object({ token: z.string(), expiresAt: z.string(), identity: z.string() })
const reply = z.object({ result: z.object({ data: guest }) })

export type GuestReply =
  | { outcome: 'ok'; guest: z.infer<typeof guest> }
  /** The identity is not one of this server's, or has expired. */
  | { outcome: 'refused'; status: number }
  | { outcome: 'unreachable' }

export async function askForGuest(
  env: AgentEnv,
  { identity, ...asker }: Asker & { identity: string | undefined },
): Promise<GuestReply> {
  const input = identity ? { identity } : {}
  const answer = await askAgent(env, { path: 'auth.guest', input }, asker)
  if (answer.outcome === 'unreachable') return answer
  const { status, body } = answer
  if (status >= 400 && status < 500) return { outcome: 'refused', status }
  const parsed = reply.safeParse(body)
  return parsed.success
    ? { outcome: 'ok', guest: parsed.data.result.data }
    : { outcome: 'unreachable' }
}
