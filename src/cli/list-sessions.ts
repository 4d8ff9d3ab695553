/** The verb `sessions`: all of them, a line each. */
import type { AgentClient } from '../client/index.ts'
import { plainText } from './plain-text.ts'

export async function listSessions(
  agent: AgentClient,
  { search, json }: { search: string | undefined; json: boolean },
): Promise<void> {
  let cursor: string | null = null
  do {
    const page = await agent.sessions.list({
      limit: 200,
      ...(cursor !== null && { cursor }),
      ...(search !== undefined && { search }),
    })
    const lines = page.items.map((one) =>
      json
        ? JSON.stringify(one)
        : `${one.sessionId}  ${one.lastActivity}  ${plainText(one.title).replaceAll(/\s+/g, ' ')}`,
    )
    if (lines.length > 0) process.stdout.write(`${lines.join('\n')}\n`)
    cursor = page.nextCursor
  } while (cursor !== null)
}
