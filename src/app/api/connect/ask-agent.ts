/** One call of the agent server, for the route: what it answered, or that it could not be reached. */
import { type AgentEnv, internalAgentUrl } from './agent-address.ts'

/** Who asks the route, as far as the agent server wants to know. */
export interface Asker {
  /**
   * Passed on, so that the agent server can count by address: it believes who has `FORWARD_SECRET`, and whom its
   * `TRUST_PROXY` names.
   */
  caller: string | null
  /** The page's. */
  origin: string | null
}

const waitMs = 8_000

export type AgentAnswer =
  | { outcome: 'answered'; status: number; body: unknown }
  | { outcome: 'unreachable' }

export async function askAgent(
  env: AgentEnv,
  call: { path: string; input: object; token?: string },
  { caller, origin }: Asker,
): Promise<AgentAnswer> {
  try {
    const response = await fetch(`${internalAgentUrl(env)}/${call.path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(call.token !== undefined && { authorization: `Bearer ${call.token}` }),
        ...(caller && { 'x-forwarded-for': caller }),
        ...(env.FORWARD_SECRET && { 'x-agent-forward': env.FORWARD_SECRET }),
        // Only where nobody comes in without one: it is the page that asks.
        ...(env.ALLOW_NO_ORIGIN === 'false' && origin && { origin }),
      },
      body: JSON.stringify(call.input),
      cache: 'no-store',
      signal: AbortSignal.timeout(waitMs),
    })
    return { outcome: 'answered', status: response.status, body: await response.json() }
  } catch {
    return { outcome: 'unreachable' }
  }
}
