'use client'
/** Connects the conversation and the composer to the client: the one place where both meet. */
import { useEffect, useMemo } from 'react'
import type { ServerInfo } from '../../client/index.ts'
import { useConnection, useRefreshSessions } from '../../client/react/index.ts'
import { Announcer } from '../components/announcer.tsx'
import { ChatHeader } from '../components/chat-header.tsx'
import { Composer } from '../components/composer.tsx'
import { ComposerFooter } from '../components/composer-footer.tsx'
import { ConnectionStatus } from '../components/connection-status.tsx'
import { Conversation } from '../components/conversation.tsx'
import { ConversationNotice } from '../components/conversation-notice.tsx'
import { EmptyState } from '../components/empty-state.tsx'
import { atFirstSign } from '../components/later.tsx'
import { preloadMarkdown } from '../components/markdown.tsx'
import { Queue } from '../components/queue.tsx'
import { useText } from '../i18n/use-text.tsx'
import { composerId, focusComposer } from './composer-focus.ts'
import { goTo } from './navigation.ts'
import { pendingMessages } from './pending-messages.ts'
import { SignInNotice } from './sign-in-notice.tsx'
import { parseSlashCommand } from './slash-command.ts'
import { useDraft } from './use-draft.ts'
import { useFirstMessage } from './use-first-message.ts'
import { useMaybeSession } from './use-maybe-session.ts'
import { useSessionActions } from './use-session-actions.ts'
import { useSessionTitle } from './use-session-title.ts'

interface ChatMainProps {
  sessionId: string | null
  agentName: string
  info: ServerInfo | null
  onMenu: () => void
}

export function ChatMain({ sessionId, agentName, info, onMenu }: ChatMainProps) {
  const text = useText()
  const { handle, snapshot } = useMaybeSession(sessionId)
  const { items, running, phase, error } = snapshot
  const { retryNow, ...connection } = useConnection()
  const [draft, setDraft] = useDraft(sessionId ?? 'new')
  const { first, sendFirst, forgetFirst } = useFirstMessage(sessionId)
  const title = useSessionTitle(sessionId)

  useEffect(() => {
    // A new conversation has nothing to parse until somebody has written.
    if (sessionId === null) atFirstSign(preloadMarkdown)
    else preloadMarkdown()
  }, [sessionId])
  useEffect(() => focusComposer(), [])
  const refreshSessions = useRefreshSessions()
  useEffect(() => {
    // Deleted in another tab, or on another device.
    if (phase === 'gone') void refreshSessions()
  }, [phase, refreshSessions])
  useEffect(() => {
    document.title = title ? `${title} · ${agentName}` : agentName
  }, [title, agentName])

  const { pending, queued } = useMemo(
    () => pendingMessages(snapshot, first, connection.state === 'connected'),
    [snapshot, first, connection.state],
  )
  const actions = useSessionActions(handle)
  const send = (content: string) => {
    setDraft('')
    const command = parseSlashCommand(content)
    if (command) actions.run(command)
    else if (handle) handle.send(content).catch(() => {})
    else sendFirst(content)
  }
  const isFirst = (messageId: string) => first?.message.id === messageId
  const empty = sessionId === null && pending.length === 0
  const ended = phase === 'gone' || phase === 'failed'

  return (
    <main className="flex min-w-0 flex-1 flex-col">
      <ChatHeader
        title={empty ? null : (title ?? (sessionId === null ? text.page.newChat : text.page.chat))}
        onMenu={onMenu}
        connection={<ConnectionStatus connection={connection} onRetry={retryNow} />}
      />
      {empty ? (
        <EmptyState agentName={agentName} onSuggest={send} />
      ) : (
        <Conversation
          // A new one stays as it is while it becomes a session.
          key={first?.message.id ?? sessionId}
          agentName={agentName}
          items={items}
          runningId={running?.messageId ?? null}
          pending={pending}
          hasEarlier={snapshot.hasEarlier}
          onLoadEarlier={handle?.view().loadEarlier ?? nothing}
          onRegenerate={actions.regenerate}
          onRate={actions.rate}
          onResend={(id) => {
            if (isFirst(id) && first?.sessionId === null) {
              forgetFirst()
              sendFirst(first.message.content)
            } else handle?.retry(id)?.catch(() => {})
          }}
          onDiscard={(id) => {
            if (isFirst(id)) forgetFirst()
            actions.withdraw(id)
          }}
          notice={
            ended || (phase === 'loading' && pending.length === 0) ? (
              <ConversationNotice
                kind={error?.reason === 'SESSION_NOT_FOUND' ? 'not-found' : noticeKind(phase)}
                onNew={() => goTo(null)}
                onAgain={() => handle?.view().reopen()}
              />
            ) : null
          }
        />
      )}
      <div className="shell-pad mx-auto w-full max-w-[46rem] pb-[max(1rem,env(safe-area-inset-bottom))]">
        <SignInNotice />
        <Queue messages={queued} onWithdraw={actions.withdraw} />
        <Composer
          fieldId={composerId}
          draft={draft}
          onDraft={setDraft}
          onSend={send}
          onStop={running ? actions.stop : undefined}
          placeholder={
            running ? text.composer.placeholderRunning : text.composer.placeholder(agentName)
          }
          disabled={ended}
          // One conversation begins with one message.
          held={sessionId === null && pending.length > 0}
          footer={<ComposerFooter model={info?.model} simulated={info?.simulated ?? false} />}
        />
      </div>
      <Announcer
        agentName={agentName}
        running={running}
        find={(id) => {
          const item = items.find(({ key }) => key === id)
          return item?.kind === 'message' ? item.message : undefined
        }}
      />
    </main>
  )
}

const nothing = async () => {}

function noticeKind(phase: 'loading' | 'live' | 'gone' | 'failed') {
  return phase === 'gone' || phase === 'failed' ? phase : 'loading'
}
