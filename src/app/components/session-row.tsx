'use client'
/** One session in the list: a link, and beside it what one can do with it. Renamed in place. */
import clsx from 'clsx'
import { type KeyboardEvent, useRef, useState } from 'react'
import type { Session } from '../../client/index.ts'
import { isPlainClick, sessionPath } from '../chat/navigation.ts'
import type { ExportFormat } from '../chat/session-verbs.ts'
import { useText } from '../i18n/use-text.tsx'
import { RowMenu } from './row-menu.tsx'

interface SessionRowProps {
  session: Session
  current: boolean
  /** Something came that was not seen. */
  unread: boolean
  onOpen: (sessionId: string) => void
  onRename: (sessionId: string, title: string) => void
  onExport: (sessionId: string, format: ExportFormat) => void
  onDelete: (session: Session) => void
}

export function SessionRow(props: SessionRowProps) {
  const { session, current, unread, onOpen, onRename, onExport, onDelete } = props
  const text = useText()
  const { sessionId, title, state } = session
  const isWorking = state === 'running' || state === 'queued'
  const isUnread = unread && !isWorking
  const [renaming, setRenaming] = useState(false)
  /** The field is about to go, with the focus in it: the link takes it. */
  const refocus = useRef(false)

  if (renaming) {
    return (
      <RenameField
        title={title}
        onEnd={(renamed, by) => {
          refocus.current = by === 'key'
          setRenaming(false)
          if (renamed !== null && renamed !== title) onRename(sessionId, renamed)
        }}
      />
    )
  }
  return (
    <li
      className={clsx(
        'group/row relative flex items-center rounded-md transition-colors',
        current ? 'bg-tint' : 'hover:bg-tint/60',
      )}
    >
      <a
        ref={(link) => {
          if (refocus.current) link?.focus()
          refocus.current = false
        }}
        href={sessionPath(sessionId)}
        aria-current={current ? 'page' : undefined}
        onClick={(event) => {
          if (!isPlainClick(event)) return
          event.preventDefault()
          onOpen(sessionId)
        }}
        className={clsx(
          'flex h-9 min-w-0 flex-1 items-center rounded-md px-2 text-sm touch:h-11 touch:pe-11 touch:text-base',
          // The title has the whole row until the button beside it shows.
          'group-hover/row:pe-9 group-has-[[data-state=open]]/row:pe-9 group-has-[button:focus-visible]/row:pe-9',
          current || unread ? 'font-medium text-ink' : 'text-ink-2',
        )}
      >
        <span className={clsx('truncate', (isUnread || isWorking) && 'me-2')}>{title}</span>
        {isUnread && (
          <>
            <span className="sr-only">{text.sessions.unread}</span>
            <span aria-hidden="true" className="ms-auto size-1.5 shrink-0 rounded-full bg-accent" />
          </>
        )}
        {isWorking && (
          <span
            aria-hidden="true"
            className="ms-auto size-1.5 shrink-0 animate-breathe rounded-full bg-accent"
          />
        )}
      </a>
      <RowMenu
        onRename={() => setRenaming(true)}
        onExport={(format) => onExport(sessionId, format)}
        onDelete={() => onDelete(session)}
      />
    </li>
  )
}

interface RenameFieldProps {
  title: string
  /** With the new title, or null where it was left as it is. */
  onEnd: (title: string | null, by: 'key' | 'blur') => void
}

function RenameField({ title, onEnd }: RenameFieldProps) {
  const { sessions } = useText()
  const [draft, setDraft] = useState(title)
  const [before] = useState(title)
  const ended = useRef(false)
  const end = (renamed: string | null, by: 'key' | 'blur') => {
    if (ended.current) return
    ended.current = true
    // One that nobody touched stays what it has become meanwhile.
    onEnd(renamed === before ? null : renamed?.trim() || null, by)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing || event.keyCode === 229) return
    if (event.key === 'Enter') end(draft, 'key')
    if (event.key === 'Escape') {
      event.stopPropagation()
      end(null, 'key')
    }
  }
  return (
    <li>
      <input
        aria-label={sessions.renameField}
        data-escape="own"
        // biome-ignore lint/a11y/noAutofocus: the user has just chosen to write here
        autoFocus
        value={draft}
        maxLength={200}
        onFocus={(event) => event.target.select()}
        onChange={(event) => setDraft(event.target.value)}
        onKeyDown={onKeyDown}
        onBlur={() => end(draft, 'blur')}
        className="h-9 w-full rounded-md border border-edge bg-raised px-[0.4375rem] text-sm outline-offset-0 touch:h-11 touch:text-[1rem]"
      />
    </li>
  )
}
