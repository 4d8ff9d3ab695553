'use client'
/** Connects the conversation and the composer to the client: the one place where both meet. */
import { Suspense, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import type { QueryReply, ServerInfo } from '../../client/index.ts'
import { useConnection, useRefreshSessions } from '../../client/react/index.ts'
import { ChatHeader } from '../components/chat-header.tsx'
import { Composer } from '../components/composer.tsx'
import { ComposerFooter } from '../components/composer-footer.tsx'
import { ConnectionStatus, type ConnectionView } from '../components/connection-status.tsx'
import { EmptyState } from '../components/empty-state.tsx'
import { atFirstSign, later } from '../components/later.tsx'
import { LiveAnswer } from '../components/live-answer.ts'
import { LiveRegion } from '../components/live-region.tsx'
import { preloadMarkdown } from '../components/markdown-code.ts'
import { useText } from '../i18n/use-text.tsx'
import { announce } from './announce.ts'
import { composerId, focusComposer, focusComposerAtOpening } from './composer-focus.ts'
import { messageSize } from './message-size.ts'
import { goTo, sessionOf } from './navigation.ts'
import { pendingMessages } from './pending-messages.ts'
import { showToast } from './show-toast.ts'
import { SignInNotice } from './sign-in-notice.tsx'
import { parseSlashCommand, slashOptions } from './slash-command.ts'
import { useAttended } from './use-attended.ts'
import { keepTyped, useDraft } from './use-draft.ts'
import { useFirstMessage } from './use-first-message.ts'
import { useMaybeSession } from './use-maybe-session.ts'
import { useSessionActions } from './use-session-actions.ts'
import { useSessionModel } from './use-session-model.ts'
import { useSessionTitle } from './use-session-title.ts'

const Announcer = later(() => import('../components/announcer.tsx'))
const SessionQueue = later(() => import('./session-queue.tsx'))

/** A new conversation has none until somebody has written. */
const loadConversation = () => import('../components/conversation.tsx')
const Conversation = later(loadConversation)

// Where a conversation is opened its code comes while the page around it comes alive.
if (typeof window !== 'undefined' && sessionOf(window.location.pathname) !== null) {
  preloadMarkdown()
  // Asked for again where it is shown.
  loadConversation().catch(() => {})
}

interface ChatMainProps {
  sessionId: string | null
  agentName: string
  info: ServerInfo | null
  onMenu: () => void
}

export function ChatMain({ sessionId, agentName, info, onMenu }: ChatMainProps) {
  const text = useText()
  const { handle, snapshot, live } = useMaybeSession(sessionId)
  const { items, running, phase, error } = snapshot
  const { retryNow, ...connection } = useConnection()
  const [draft, setDraft] = useDraft(sessionId ?? 'new')
  // biome-ignore lint/correctness/useExhaustiveDependencies: as the page begins
  useLayoutEffect(() => {
    const field = document.getElementById(composerId)
    if (field instanceof HTMLTextAreaElement) keepTyped(sessionId ?? 'new', field.value)
  }, [])
  const { first, sendFirst, forgetFirst } = useFirstMessage(sessionId)
  const { title, model: known } = useSessionTitle(sessionId)
  const { chosen, choose: chooseModel } = useSessionModel(handle, known)
  const isConnected = connection.state === 'connected'
  const [editingId, setEditingId] = useState<string | null>(null)

  const begun = sessionId !== null || draft !== ''
  useEffect(() => {
    // A new conversation has nothing to parse until somebody has written.
    if (begun) preloadMarkdown()
    else atFirstSign(preloadMarkdown)
  }, [begun])
  useEffect(() => focusComposerAtOpening(), [])
  const isRunning = running !== null
  const attended = useAttended()
  const refreshSessions = useRefreshSessions()
  useEffect(() => {
    // Deleted in another tab, or on another device.
    if (phase === 'gone') void refreshSessions()
  }, [phase, refreshSessions])
  useEffect(() => {
    document.title = title ? `${title} · ${agentName}` : agentName
  }, [title, agentName])

  const { pending, queued } = useMemo(
    () => pendingMessages(snapshot, first, { connected: isConnected, editing: editingId }),
    [snapshot, first, isConnected, editingId],
  )
  // From the first message that waits on: it knows where the focus goes when the last one is gone.
  const [queueSeen, setQueueSeen] = useState(false)
  if (!queueSeen && queued.length > 0) setQueueSeen(true)
  const actions = useSessionActions(handle)
  const send = (content: string) => {
    const command = parseSlashCommand(content)
    if (command?.name === 'model' && info && !info.models.includes(command.model)) {
      // The menu offers those that there are.
      setDraft('/model ')
      showToast('error', text.models.unknown(command.model, info.models.join(', ')))
      return
    }
    // The menu of commands is the help.
    setDraft(command?.name === 'help' ? '/' : '')
    if (command?.name === 'help') return
    if (command?.name === 'model') chooseModel(command.model)
    else if (command) actions.run(command)
    else if (handle) handle.send(content).then(sayPlace, () => {})
    else sendFirst(content, chosen)
  }
  /** One who cannot see the queue hears where the message stands. */
  const sayPlace = ({ state, position }: QueryReply) => {
    if (state === 'queued' && position > 0) announce(text.queue.place(position))
  }
  const isFirst = (messageId: string) => first?.message.id === messageId
  const latest = useRef({ resend: (_: string) => {}, discard: (_: string) => {} })
  latest.current = {
    resend(id) {
      if (isFirst(id) && first?.sessionId === null) {
        forgetFirst()
        sendFirst(first.message.content)
      } else handle?.retry(id)?.catch(() => {})
    },
    discard(id) {
      if (isFirst(id)) forgetFirst()
      actions.withdraw(id)
    },
  }
  const callbacks = useMemo(
    () => ({
      ...actions,
      askAgain(queryId: string, content: string) {
        actions.askAgain(queryId, content)
        focusComposer()
      },
      resend: (id: string) => latest.current.resend(id),
      discard: (id: string) => latest.current.discard(id),
      newChat() {
        goTo(null)
        focusComposer()
      },
    }),
    [actions],
  )
  const empty = sessionId === null && pending.length === 0
  const maxBytes = info?.limits.maxMessageBytes ?? null
  const ended = phase === 'gone' || phase === 'failed'

  return (
    <LiveAnswer value={live}>
      <main className="flex min-w-0 flex-1 flex-col">
        <ChatHeader
          title={
            empty ? null : (title ?? (sessionId === null ? text.page.newChat : text.page.chat))
          }
          onMenu={onMenu}
          connection={<ConnectionStatus connection={connection} onRetry={retryNow} />}
        />
        {empty ? (
          <EmptyState agentName={agentName} onSuggest={send} />
        ) : (
          <Suspense fallback={<div className="min-h-0 flex-1" />}>
            <Conversation
              // A new one stays as it is while it becomes a session.
              key={first?.message.id ?? sessionId}
              agentName={agentName}
              items={items}
              runningId={running?.messageId ?? null}
              pending={pending}
              hasEarlier={snapshot.hasEarlier}
              onLoadEarlier={handle?.view().loadEarlier ?? nothing}
              callbacks={callbacks}
              notice={
                ended || (phase === 'loading' && pending.length === 0)
                  ? {
                      kind:
                        error?.reason === 'SESSION_NOT_FOUND'
                          ? 'not-found'
                          : noticeKind(phase, connection.state),
                      onNew: () => goTo(null),
                      onAgain: () => handle?.view().reopen(),
                    }
                  : null
              }
            />
          </Suspense>
        )}
        <div className="shell-pad mx-auto w-full max-w-[46rem] pb-[max(1rem,env(safe-area-inset-bottom))]">
          <SignInNotice />
          {queueSeen && (
            <Suspense>
              <SessionQueue
                handle={handle}
                snapshot={snapshot}
                messages={queued}
                connected={isConnected}
                maxBytes={maxBytes}
                settle={actions.settle}
                onEditing={setEditingId}
                onTake={(late) => {
                  setDraft(draft === '' ? late : `${draft}\n\n${late}`)
                  // Also on a phone: one goes on writing.
                  document.getElementById(composerId)?.focus()
                }}
              />
            </Suspense>
          )}
          <Composer
            fieldId={composerId}
            draft={draft}
            onDraft={setDraft}
            onSend={send}
            options={slashOptions(draft, info?.models ?? [])}
            size={messageSize(draft.trim(), maxBytes)}
            onStop={running ? actions.stop : undefined}
            placeholder={
              running ? text.composer.placeholderRunning : text.composer.placeholder(agentName)
            }
            disabled={ended}
            // One conversation begins with one message.
            held={sessionId === null && pending.length > 0}
            footer={
              <ComposerFooter
                model={chosen ?? info?.model}
                models={info?.models ?? []}
                onModel={chooseModel}
                simulated={info?.simulated ?? false}
                answering={isRunning}
              />
            }
          />
        </div>
        {(attended || isRunning) && (
          <Suspense>
            <Announcer
              agentName={agentName}
              running={running}
              find={(id) => {
                const item = items.find(({ key }) => key === id)
                return item?.kind === 'message' ? item.message : undefined
              }}
            />
          </Suspense>
        )}
        <LiveRegion />
      </main>
    </LiveAnswer>
  )
}

const nothing = async () => {}

function noticeKind(
  phase: 'loading' | 'live' | 'gone' | 'failed',
  connection: ConnectionView['state'],
) {
  if (phase === 'gone' || phase === 'failed') return phase
  return connection === 'offline' ? 'offline' : 'loading'
}
