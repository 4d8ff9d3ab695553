'use client'
/**
 * What one can do with a session from outside of it: rename, export, delete with undo. For the list at
 * the side and the palette alike. What fails is said in a toast.
 */
import {
  createContext,
  type ReactNode,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react'
import { trpc, useAgent } from '../../client/react/index.ts'
import { systemClock } from '../../client/system-clock.ts'
import type { Session } from '../../core/messages.ts'
import { useText } from '../i18n/use-text.tsx'
import { focusComposer } from './composer-focus.ts'
import { createDeletions } from './deletions.ts'
import { goTo, sessionPath } from './navigation.ts'
import { saveFile } from './save-file.ts'
import { markSeen } from './seen-sessions.ts'
import { showToast } from './show-toast.ts'

export type ExportFormat = 'markdown' | 'json'

export interface SessionCommands {
  rename: (sessionId: string, title: string) => void
  exportAs: (sessionId: string, format: ExportFormat) => void
  remove: (session: Session) => void
  /** Those that are about to be deleted: nobody shows them. */
  hidden: ReadonlySet<string>
}

const SessionCommandsContext = createContext<SessionCommands | null>(null)

export function SessionCommandsProvider({ children }: { children: ReactNode }) {
  const agent = useAgent()
  const text = useText()
  const latestText = useRef(text)
  useEffect(() => {
    latestText.current = text
  })
  const { invalidate } = trpc.useUtils().session.list
  const [deletions] = useState(() =>
    createDeletions({
      storage: typeof window === 'undefined' ? null : openStorage(),
      clock: systemClock,
      send: (sessionId) => agent.sessions.delete(sessionId).finally(() => void invalidate()),
      onFailed: () => showToast('error', latestText.current.sessions.notDeleted),
    }),
  )
  useEffect(() => {
    deletions.load()
    window.addEventListener('storage', deletions.load)
    window.addEventListener('pagehide', deletions.flush)
    return () => {
      window.removeEventListener('storage', deletions.load)
      window.removeEventListener('pagehide', deletions.flush)
    }
  }, [deletions])
  const hidden = useSyncExternalStore(deletions.subscribe, deletions.getSnapshot, noneHidden)
  const commands = useMemo(
    (): SessionCommands => ({
      hidden,
      rename(sessionId, title) {
        agent.sessions
          .update(sessionId, { title })
          .then((renamed) => {
            markSeen(renamed)
            return invalidate()
          })
          .catch(() => showToast('error', text.sessions.notRenamed))
      },
      exportAs(sessionId, format) {
        const type = format === 'json' ? 'application/json' : 'text/markdown'
        agent.sessions
          .export(sessionId, format)
          .then(({ filename, content }) => saveFile(filename, content, type))
          .catch(() => showToast('error', text.sessions.notExported))
      },
      remove({ sessionId, title }) {
        const isShown = window.location.pathname === sessionPath(sessionId)
        if (isShown) goTo(null)
        // What had the focus goes.
        focusComposer()
        const over = deletions.begin(sessionId)
        const undo = () => {
          deletions.undo(sessionId)
          if (isShown && window.location.pathname === '/') goTo(sessionId)
        }
        showToast('info', text.sessions.deleted(title), {
          action: { label: text.sessions.undo, run: undo },
          over,
        })
      },
    }),
    [agent, text, deletions, hidden, invalidate],
  )
  return <SessionCommandsContext value={commands}>{children}</SessionCommandsContext>
}

const nobody: ReadonlySet<string> = new Set()
const noneHidden = () => nobody

function openStorage(): Storage | null {
  try {
    return window.localStorage
  } catch {
    return null
  }
}

export function useSessionCommands(): SessionCommands {
  const commands = useContext(SessionCommandsContext)
  if (!commands) throw new Error('useSessionCommands needs a SessionCommandsProvider above it')
  return commands
}
