'use client'
/** The agent's client of this page, and what is shown with its hooks. */
import { browserStorage, createAgentClient } from 'agent-websocket/client'
import { AgentProvider, useConnection } from 'agent-websocket/client/react'
import { useState } from 'react'
import { ChatList } from './chat-list.tsx'
import { Conversation } from './conversation.tsx'

interface Props {
  userId: string
  agentUrl: string
  sessionId: string | null
}

export function Chat({ userId, agentUrl, sessionId }: Props) {
  // Made once, and opens nothing yet: this is rendered on the server, too.
  const [client] = useState(() =>
    createAgentClient({
      url: `${agentUrl}/trpc`,
      token: fetchToken,
      outbox: browserStorage({ user: userId }),
    }),
  )
  return (
    <AgentProvider client={client}>
      <ConnectionLine />
      <ChatList />
      {sessionId !== null && <Conversation key={sessionId} sessionId={sessionId} />}
    </AgentProvider>
  )
}

/** Asked for each connect, and before a token ends. The cookie says whose it is. */
async function fetchToken(): Promise<string> {
  const reply = await fetch('/api/agent-token', { method: 'POST' })
  if (!reply.ok) throw new Error(await reply.text())
  const { token } = (await reply.json()) as { token: string }
  return token
}

function ConnectionLine() {
  const connection = useConnection()
  return (
    <p role="status" aria-label="Connection">
      {connection.state === 'offline'
        ? `Offline: ${connection.error?.message ?? 'the agent is not reached'}`
        : connection.state}
    </p>
  )
}
