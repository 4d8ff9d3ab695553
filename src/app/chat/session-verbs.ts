/**
 * What one can do with a session from outside of it: rename, export, delete with undo. What fails is said
 * in a toast. Fetched at the first sign of somebody, by `use-session-commands.tsx`.
 */
import type { AgentClient, Session } from '../../client/index.ts'
import { systemClock } from '../../client/index.ts'
import type { Dictionary } from '../i18n/en.ts'
import { focusComposer } from './composer-focus.ts'
import { createDeletions, type Deletions } from './deletions.ts'
import { currentSession, goTo } from './navigation.ts'
import { saveFile } from './save-file.ts'
import { markSeen } from './seen-sessions.ts'
import { showToast } from './show-toast.ts'

export type ExportFormat = 'markdown' | 'json'

export interface SessionVerbs {
  rename: (sessionId: string, title: string) => void
  exportAs: (sessionId: string, format: ExportFormat) => void
  remove: (session: Session) => void
}

interface Parts {
  agent: AgentClient
  /** The page's sentences, as they are now. */
  text: () => Dictionary['sessions']
  /** The list of sessions is out of date. */
  onChange: () => void
}

export function createSessionVerbs({ agent, text, onChange }: Parts): SessionVerbs & {
  deletions: Deletions
} {
  const deletions = createDeletions({
    storage: openStorage(),
    clock: systemClock,
    send: (sessionId) => agent.sessions.delete(sessionId).finally(onChange),
    onFailed: () => showToast('error', text().notDeleted),
  })
  return {
    deletions,
    rename(sessionId, title) {
      agent.sessions
        .update(sessionId, { title })
        .then((renamed) => {
          markSeen(renamed)
          onChange()
        })
        .catch(() => showToast('error', text().notRenamed))
    },
    exportAs(sessionId, format) {
      const type = format === 'json' ? 'application/json' : 'text/markdown'
      agent.sessions
        .export(sessionId, format)
        .then(({ filename, content }) => saveFile(filename, content, type))
        .catch(() => showToast('error', text().notExported))
    },
    remove({ sessionId, title }) {
      const isShown = currentSession() === sessionId
      if (isShown) goTo(null)
      // What had the focus goes.
      focusComposer()
      const over = deletions.begin(sessionId)
      const undo = () => {
        deletions.undo(sessionId)
        if (isShown && currentSession() === null) goTo(sessionId)
      }
      showToast('info', text().deleted(title), {
        action: { label: text().undo, run: undo },
        over,
        onHold: (held) => deletions.hold(sessionId, held),
      })
    },
  }
}

function openStorage(): Storage | null {
  try {
    return window.localStorage
  } catch {
    return null
  }
}
