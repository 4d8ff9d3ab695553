'use client'
/** Connects the palette: the chats that the server finds, and all that one can do here. Fetched when opened. */
import { useDeferredValue, useState } from 'react'
import { useServerInfo, useSessions } from '../../client/react/index.ts'
import { Palette } from '../components/palette.tsx'
import { RenameDialog } from '../components/rename-dialog.tsx'
import { useText } from '../i18n/use-text.tsx'
import { modelGroups, useCommandGroups } from './command-groups.ts'
import { focusComposer } from './composer-focus.ts'
import { goTo } from './navigation.ts'
import { useMaybeSession } from './use-maybe-session.ts'
import { useSessionActions } from './use-session-actions.ts'
import { useSessionCommands } from './use-session-commands.tsx'

interface CommandPaletteProps {
  sessionId: string | null
  onClose: () => void
}

export default function CommandPalette({ sessionId, onClose }: CommandPaletteProps) {
  const { palette } = useText()
  const [view, setView] = useState<'all' | 'models' | 'rename'>('all')
  const [query, setQuery] = useState('')
  const models = useServerInfo()?.models ?? []
  const { handle } = useMaybeSession(sessionId)
  const { run } = useSessionActions(handle)
  const { hidden, rename } = useSessionCommands()
  const listed = useSessions().sessions
  const search = useDeferredValue(query.trim())
  const found = useSessions({ search: search || undefined }).sessions
  const current = listed.find((session) => session.sessionId === sessionId) ?? null

  const show = (next: typeof view) => {
    setQuery('')
    setView(next)
  }
  const groups = useCommandGroups({
    current,
    // Without a search the few that one was in last.
    sessions: found.filter((session) => !hidden.has(session.sessionId)).slice(0, search ? 8 : 4),
    query: query.trim(),
    canChangeModel: models.length > 1,
    onOpen: (id) => {
      onClose()
      goTo(id)
      focusComposer()
    },
    onView: show,
    onDone: onClose,
  })
  if (view === 'rename' && current) {
    return (
      <RenameDialog
        title={current.title}
        onRename={(title) => rename(current.sessionId, title)}
        onClose={onClose}
      />
    )
  }
  if (view === 'models') {
    return (
      <Palette
        key="models"
        groups={modelGroups(models, current?.model, palette, query.trim(), (model) => {
          onClose()
          run({ name: 'model', model })
        })}
        query={query}
        placeholder={palette.modelPlaceholder}
        onQuery={setQuery}
        onBack={() => show('all')}
        onClose={onClose}
      />
    )
  }
  return (
    <Palette
      groups={groups}
      query={query}
      placeholder={palette.placeholder}
      onQuery={setQuery}
      onClose={onClose}
    />
  )
}
