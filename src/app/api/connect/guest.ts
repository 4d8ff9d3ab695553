/** Asks the agent server for a guest's token. The identity that comes with it is for the cookie alone. */
import { z } from 'zod'
import { type AgentEnv, internalAgentUrl } from './agent-address.ts'

const guest = z.object({ token: z.string(), expiresAt: z.string(), identity: z.string() })
const reply = z.object({ result: z.object({ data: guest }) })

export type GuestReply =
  | { outcome: 'ok'; guest: z.infer<typeof guest> }
  /** The identity is not one of this server's, or has expired. */
  | { outcome: 'refused'; status: number }
  | { outcome: 'unreachable' }

const waitMs = 8_000

/**
 * `caller` is passed on, so that the agent server can count by address: it believes who has `FORWARD_SECRET`, and
 * whom its `TRUST_PROXY` names.
 */
export async function askForGuest(
  env: AgentEnv,
  { identity, caller }: { identity: string | undefined; caller: string | null },
): Promise<GuestReply> {
  try {
    const response = await fetch(`${internalAgentUrl(env)}/auth.guest`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(caller && { 'x-forwarded-for': caller }),
        ...(env.FORWARD_SECRET && { 'x-agent-forward': env.FORWARD_SECRET }),
      },
      body: JSON.stringify(identity ? { identity } : {}),
      cache: 'no-store',
      signal: AbortSignal.timeout(waitMs),
    })
    if (response.status >= 400 && response.status < 500) {
      return { outcome: 'refused', status: response.status }
    }
    const parsed = reply.safeParse(await response.json())
    return parsed.success
      ? { outcome: 'ok', guest: parsed.data.result.data }
      : { outcome: 'unreachable' }
  } catch {
    return { outcome: 'unreachable' }
  }
}
