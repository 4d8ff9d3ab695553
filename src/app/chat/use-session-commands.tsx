'use client'
/** What one can do with a session from outside of it, and which are hidden: for the list and the palette. */
import {
  createContext,
  type ReactNode,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react'
import { useAgent, useRefreshSessions } from '../../client/react/index.ts'
import { atFirstSign } from '../components/later.tsx'
import { useText } from '../i18n/use-text.tsx'
import { keptDeletions } from './kept-deletions.ts'
import { type OtherTabs, openOtherTabs } from './other-tabs.ts'
import type { SessionVerbs } from './session-verbs.ts'

export interface SessionCommands extends SessionVerbs {
  /** Those that are about to be deleted: nobody shows them. */
  hidden: ReadonlySet<string>
}

const load = () => import('./session-verbs.ts')
/** Nobody has touched the page before: there is nothing to do yet. */
const touched = new Promise<void>((resolve) => atFirstSign(resolve))

const SessionCommandsContext = createContext<SessionCommands | null>(null)

export function SessionCommandsProvider({ children }: { children: ReactNode }) {
  const agent = useAgent()
  const { sessions: text } = useText()
  const latestText = useRef(text)
  useEffect(() => {
    latestText.current = text
  })
  const refreshSessions = useRefreshSessions()
  const [hidden, setHidden] = useState<ReadonlySet<string>>(nobody)
  const otherTabs = useRef<OtherTabs>(null)
  useEffect(() => {
    const end = new AbortController()
    otherTabs.current = openOtherTabs(() => void refreshSessions(), end.signal)
    return () => end.abort()
  }, [refreshSessions])
  const [loading] = useState(() => {
    let coming: Promise<ReturnType<Awaited<ReturnType<typeof load>>['createSessionVerbs']>> | null
    coming = null
    return () => {
      coming ??= load().then(({ createSessionVerbs }) =>
        createSessionVerbs({
          agent,
          text: () => latestText.current,
          onChange: () => {
            void refreshSessions()
            otherTabs.current?.tell()
          },
        }),
      )
      coming.catch(() => {
        coming = null
      })
      return coming
    }
  })
  useEffect(() => {
    const end = new AbortController()
    const { signal } = end
    const begin = async () => {
      const { deletions } = await loading()
      if (signal.aborted) return
      signal.addEventListener(
        'abort',
        deletions.subscribe(() => setHidden(deletions.getSnapshot())),
      )
      window.addEventListener('storage', deletions.load, { signal })
      window.addEventListener('pagehide', deletions.flush, { signal })
      deletions.load()
    }
    const kept = () => new Set(keptDeletions(storage()).keys())
    setHidden(kept())
    // What another tab deletes, or has left, is finished here too.
    const another = new Promise<void>((resolve) => {
      const look = () => kept().size > 0 && resolve()
      window.addEventListener('storage', look, { signal })
      look()
    })
    // Where the code cannot be fetched, the first use tries again.
    Promise.race([touched, another])
      .then(begin)
      .catch(() => {})
    return () => end.abort()
  }, [loading])
  const commands = useMemo(
    (): SessionCommands => ({
      hidden,
      rename: (...args) => void loading().then((verbs) => verbs.rename(...args)),
      exportAs: (...args) => void loading().then((verbs) => verbs.exportAs(...args)),
      remove: (...args) => void loading().then((verbs) => verbs.remove(...args)),
    }),
    [hidden, loading],
  )
  return <SessionCommandsContext value={commands}>{children}</SessionCommandsContext>
}

const nobody: ReadonlySet<string> = new Set()

function storage(): Storage | null {
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
