/**
 * Opens a client for a command: finds out first, with one call, that a server is there and lets one in, since
 * the client itself would wait for it for ever. Used by `ask`, `chat`, `export` and `sessions`.
 */
import { z } from 'zod'
import { type AgentClient, createAgentClient, type SessionHandle } from '../client/index.ts'
import { agentUrl } from './agent-url.ts'
import { call } from './call.ts'
import { CommandError, exitCodes } from './exit-codes.ts'
import { guestsFile } from './kept-guests.ts'
import { keptGuestTokens } from './sign-in.ts'

/** As the flags give them; the environment stands in for what is left out. */
export interface AgentOptions {
  url?: string
  token?: string
}

export interface SessionOptions {
  session?: string
  continue?: boolean
  model?: string
}

type Env = Readonly<Record<string, string | undefined>>

const serverInfo = z.object({
  agentName: z.string(),
  model: z.string(),
  models: z.array(z.string()),
  simulated: z.boolean(),
  auth: z.object({ mode: z.string() }),
})

export interface OpenedAgent extends AsyncDisposable {
  agent: AgentClient
  url: string
  info: z.infer<typeof serverInfo>
}

export async function openAgent(options: AgentOptions, env: Env): Promise<OpenedAgent> {
  const url = agentUrl(options.url ?? env.AGENT_URL)
  const reply = await call({ url, path: 'info' })
  if (reply.outcome !== 'done') throw new CommandError(reply.message, exitCodes.unreachable)
  const info = serverInfo.parse(reply.data)
  const token = options.token ?? (env.AGENT_TOKEN || undefined)
  if (token === undefined && info.auth.mode !== 'guest') {
    throw new CommandError(
      `${url} lets no guests in: give a token of its login with AGENT_TOKEN or --token.`,
      exitCodes.unreachable,
    )
  }
  const note = (sentence: string) => void process.stderr.write(`${sentence}\n`)
  const agent = createAgentClient({
    url: `${url}/trpc`,
    token:
      token === undefined ? keptGuestTokens({ url, path: guestsFile(env), note }) : () => token,
  })
  if (token === undefined) return { agent, url, info, [Symbol.asyncDispose]: () => agent.close() }
  // A token that is no good would be tried again for ever.
  const mine = await call({ url, path: 'session.list?input=%7B%22limit%22%3A1%7D', token })
  if (mine.outcome === 'refused' && mine.status === 401) {
    await agent.close()
    throw new CommandError(
      `${url} does not take this token: ${mine.message}`,
      exitCodes.unreachable,
    )
  }
  return { agent, url, info, [Symbol.asyncDispose]: () => agent.close() }
}

/** The session that is meant: by its id, the one that was used last, or a new one. */
export async function openSession(
  { agent }: OpenedAgent,
  { session, continue: isContinued, model }: SessionOptions,
): Promise<SessionHandle> {
  const id = session ?? (isContinued ? await lastSession(agent) : undefined)
  if (id === undefined) return agent.sessions.create(model === undefined ? {} : { model })
  const handle = agent.session(id)
  await handle.get()
  if (model !== undefined) await handle.update({ model })
  return handle
}

/** The one with the latest activity. Throws where there is none. */
export async function lastSession(agent: AgentClient): Promise<string> {
  const { items } = await agent.sessions.list({ limit: 1 })
  const [last] = items
  if (!last) throw new CommandError('There is no session yet.')
  return last.sessionId
}
