'use client'
import { useSessions } from 'agent-websocket/client/react'
import Link from 'next/link'
import { useRouter } from 'next/navigation'

/** The chats of who is signed in, and nobody else's: the agent goes by the token. */
export function ChatList() {
  const { sessions, create, remove } = useSessions()
  const router = useRouter()
  const begin = async () => {
    const { sessionId } = await create()
    router.push(`/?chat=${sessionId}`)
  }
  return (
    <nav aria-label="Chats">
      <button type="button" onClick={() => void begin()}>
        New chat
      </button>
      <ul>
        {sessions.map(({ sessionId, title }) => (
          <li key={sessionId}>
            <Link href={`/?chat=${sessionId}`}>{title || 'New chat'}</Link>{' '}
            <button type="button" onClick={() => void remove(sessionId)}>
              Delete
            </button>
          </li>
        ))}
      </ul>
    </nav>
  )
}
