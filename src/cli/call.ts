/**
 * One call of the agent server over plain HTTP, for what needs no connection: who one is, and what is told
 * with one call. Used before a client is opened, and by `notify`.
 */
import { z } from 'zod'

const done = z.object({ result: z.object({ data: z.unknown() }) })
const refused = z.object({
  error: z.object({
    message: z.string(),
    data: z
      .object({
        reason: z.string().optional(),
        retryAfterMs: z.number().optional(),
        fields: z.record(z.string(), z.string()).optional(),
      })
      .optional(),
  }),
})

export type Called =
  | { outcome: 'done'; data: unknown }
  | {
      outcome: 'refused'
      status: number
      reason: string | null
      /** A sentence for a person. */
      message: string
      retryAfterMs: number | null
    }
  /** Nobody answered, or somebody who is no agent server. */
  | { outcome: 'unreachable'; message: string }

export interface CallInput {
  /** Of the agent server, as `agentUrl` gives it. */
  url: string
  path: string
  /** Left out, it is a query. */
  body?: unknown
  token?: string | undefined
  /** What the server may take; it counts as away then. */
  timeoutMs?: number
}

export async function call({
  url,
  path,
  body,
  token,
  timeoutMs = 15_000,
}: CallInput): Promise<Called> {
  let response: Response
  let said: unknown
  try {
    response = await fetch(`${url}/trpc/${path}`, {
      ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      signal: AbortSignal.timeout(timeoutMs),
    })
    said = await response.json().catch(() => null)
  } catch {
    const message = `No agent server answers at ${url}. Start one (agent-websocket serve), or say where it is with --url or AGENT_URL.`
    return { outcome: 'unreachable', message }
  }
  const good = done.safeParse(said)
  if (good.success) return { outcome: 'done', data: good.data.result.data }
  const bad = refused.safeParse(said)
  if (!bad.success) {
    const message = `What answers at ${url} is no agent server (HTTP ${response.status}). Check --url or AGENT_URL.`
    return { outcome: 'unreachable', message }
  }
  const { message, data } = bad.data.error
  const fields = Object.entries(data?.fields ?? {}).map(([name, flaw]) => `${name} ${flaw}`)
  return {
    outcome: 'refused',
    status: response.status,
    reason: data?.reason ?? null,
    message: fields.length > 0 ? `${message} (${fields.join('; ')})` : message,
    retryAfterMs: data?.retryAfterMs ?? null,
  }
}
