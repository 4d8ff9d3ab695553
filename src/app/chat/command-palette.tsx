'use client'
/** Connects the palette: the chats that the server finds, and all that one can do here. Fetched when opened. */
import { keepPreviousData } from '@tanstack/react-query'
import { useDeferredValue, useState } from 'react'
import { useServerInfo, useSessions } from '../../client/react/index.ts'
import { AgentTrpcProvider, trpc } from '../../client/react/trpc.tsx'
import { Palette } from '../components/palette.tsx'
import { RenameDialog } from '../components/rename-dialog.tsx'
import { useText } from '../i18n/use-text.tsx'
import { modelGroups, useCommandGroups } from './command-groups.ts'
import { focusComposer } from './composer-focus.ts'
import { gatherEarlyKeys, takeEarlyKeys } from './early-keys.ts'
import { goTo } from './navigation.ts'
import { useMaybeSession } from './use-maybe-session.ts'
import { useSessionActions } from './use-session-actions.ts'
import { useSessionCommands } from './use-session-commands.tsx'

gatherEarlyKeys()

interface CommandPaletteProps {
  sessionId: string | null
  onClose: () => void
}

export default function CommandPalette(props: CommandPaletteProps) {
  return (
    <AgentTrpcProvider>
      <Commands {...props} />
    </AgentTrpcProvider>
  )
}

/** The few chats that one was in last; of those that a search finds, a few more. */
const mostSessions = { listed: 4, found: 8 } as const

function Commands({ sessionId, onClose }: CommandPaletteProps) {
  const { palette } = useText()
  const [view, setView] = useState<'all' | 'models' | 'rename'>('all')
  const [query, setQuery] = useState('')
  const models = useServerInfo()?.models ?? []
  const { handle } = useMaybeSession(sessionId)
  const { run } = useSessionActions(handle)
  const { hidden, rename } = useSessionCommands()
  const listed = useSessions().sessions
  const search = useDeferredValue(query.trim())
  const found = trpc.session.list.useQuery(
    // One that is about to be deleted may be among them.
    { search, limit: 2 * mostSessions.found },
    { enabled: search !== '', placeholderData: keepPreviousData, networkMode: 'always' },
  )
  const shown = search
    ? { sessions: found.data?.items ?? [], most: mostSessions.found }
    : { sessions: listed, most: mostSessions.listed }
  const current = listed.find((session) => session.sessionId === sessionId) ?? null

  const show = (next: typeof view) => {
    setQuery('')
    setView(next)
  }
  const groups = useCommandGroups({
    current,
    sessions: shown.sessions.filter((it) => !hidden.has(it.sessionId)).slice(0, shown.most),
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
      onFocus={() => {
        const early = takeEarlyKeys()
        if (early) setQuery(early)
      }}
      onClose={onClose}
    />
  )
}
