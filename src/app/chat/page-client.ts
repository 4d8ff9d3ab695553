/** The page's client: it asks our own route where the agent server is, and for its tokens. */
import { z } from 'zod'
import { type AgentClient, browserStorage, createAgentClient } from '../../client/index.ts'

const connectReply = z.object({
  url: z.url({ protocol: /^wss?$/ }),
  token: z.string().min(1).max(8192),
})

/** Opens nothing until it is used: it may be made while the page is rendered on the server. */
export function createPageClient(): AgentClient {
  let url = ''
  return createAgentClient({
    // The token is asked for first, and the address comes with it.
    url: () => url,
    async token() {
      const response = await fetch('/api/connect', { method: 'POST', cache: 'no-store' })
      if (!response.ok) throw new Error(`the page's server answered ${response.status}`)
      const reply = connectReply.parse(await response.json())
      url = reply.url
      return reply.token
    },
    outbox: browserStorage({ user: 'guest' }),
  })
}
