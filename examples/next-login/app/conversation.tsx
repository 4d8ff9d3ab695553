'use client'
import { useSession } from 'agent-websocket/client/react'

/** One chat: what was said, what waits, and a field to say more. */
export function Conversation({ sessionId }: { sessionId: string }) {
  const { phase, error, items, outgoing, waiting, running, send, stop } = useSession(sessionId)
  if (phase === 'loading') return <p>Loading…</p>
  if (phase === 'gone') return <p>This chat was deleted.</p>
  if (phase === 'failed') {
    const isMissing = error?.reason === 'SESSION_NOT_FOUND'
    return <p role="alert">{isMissing ? 'There is no such chat.' : error?.message}</p>
  }
  return (
    <section role="log" aria-label="Conversation">
      {items.map((item) =>
        item.kind === 'message' ? (
          <article key={item.key} aria-busy={item.message === running}>
            <b>{item.message.role === 'user' ? 'You' : 'Agent'}:</b> {item.message.content}
            {item.message.failure && <p role="alert">{item.message.failure.content}</p>}
          </article>
        ) : (
          <p key={item.key}>
            <i>{item.notice.content}</i>
          </p>
        ),
      )}
      {waiting.map(({ messageId, content }) => (
        <p key={messageId}>{content} (waits)</p>
      ))}
      {outgoing.map(({ id, content, message, state }) => (
        <p key={id}>
          {content} ({message ?? state})
        </p>
      ))}
      <form
        action={(form) => {
          // What is refused is shown: it stays in `outgoing`.
          send(String(form.get('text'))).catch(() => {})
        }}
      >
        <input name="text" aria-label="Message" required autoComplete="off" />{' '}
        <button type="submit">Send</button>{' '}
        {running && (
          <button type="button" onClick={() => void stop()}>
            Stop
          </button>
        )}
      </form>
    </section>
  )
}
