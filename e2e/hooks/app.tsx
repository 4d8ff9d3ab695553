/**
 * An app of somebody else's on the hooks, in Strict Mode: the source that `hooks.spec.ts` puts into a
 * project of its own, beside the packed package.
 */
import { createAgentClient, guestTokens } from 'agent-websocket/client'
import {
  AgentProvider,
  useConnection,
  useNotifications,
  useSession,
  useSessions,
} from 'agent-websocket/client/react'
import { StrictMode, useEffect, useState } from 'react'
import { createRoot } from 'react-dom/client'

const server = new URLSearchParams(window.location.search).get('server') ?? ''

const url = `${server}/trpc`
const client = createAgentClient({ url, token: guestTokens(url) })

function Conversation({ sessionId }: { sessionId: string }) {
  const { phase, items, send, running } = useSession(sessionId)
  const [toasts, setToasts] = useState<readonly string[]>([])
  useNotifications(({ content }) => setToasts((before) => [...before, content]))
  return (
    <section aria-label="Conversation" data-phase={phase} aria-busy={running !== null}>
      {items.map((item) =>
        item.kind === 'message' ? (
          <article key={item.message.messageId}>{item.message.content}</article>
        ) : null,
      )}
      {toasts.map((content, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they only ever grow at the end
        <p role="status" key={place}>
          {content}
        </p>
      ))}
      <button type="button" onClick={() => void send('Hello')}>
        Ask
      </button>
    </section>
  )
}

let mounts = 0

function App() {
  useEffect(() => {
    // For the spec, to see that React does mount twice.
    document.body.dataset.mounts = `${++mounts}`
  }, [])
  const { state } = useConnection()
  const { sessions, create } = useSessions()
  const [sessionId, setSessionId] = useState<string | null>(null)
  const [isShown, setShown] = useState(true)
  return (
    <main>
      <p title="Connection">{state}</p>
      <button
        type="button"
        onClick={async () => setSessionId((await create({ title: 'Of the app' })).sessionId)}
      >
        New
      </button>
      <button type="button" onClick={() => setShown((now) => !now)}>
        {isShown ? 'Hide' : 'Show'}
      </button>
      <ul aria-label="Sessions">
        {sessions.map((session) => (
          <li key={session.sessionId}>{session.title}</li>
        ))}
      </ul>
      <p title="Session">{sessionId}</p>
      {sessionId && isShown && <Conversation sessionId={sessionId} />}
    </main>
  )
}

const place = document.getElementById('root')
if (!place) throw new Error('there is no place for the app')
createRoot(place).render(
  <StrictMode>
    <AgentProvider client={client}>
      <App />
    </AgentProvider>
  </StrictMode>,
)
