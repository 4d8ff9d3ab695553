/** What one transaction does to the delta journal, gathered as its operations run. */
import type { DeltaEvent } from '../../../core/events.ts'
import { encodeJournalDelta, encodeJournalDrop } from './rows.ts'

export type JournalChange =
  | { kind: 'delta'; key: number; event: DeltaEvent }
  /** The deltas of an answer are gone: the ones before in the same batch, too. */
  | { kind: 'drop'; sessionId: string; messageId: string }
  /** A session is gone. */
  | { kind: 'forget'; sessionId: string }

export interface JournalBatch {
  readonly changes: readonly JournalChange[]
  /** JSON of the entries that a start reads back. */
  readonly lines: readonly string[]
  add(key: number, event: DeltaEvent): void
  drop(key: number, sessionId: string, messageId: string): void
  forget(sessionId: string): void
  /** The result takes back what was gathered since. */
  mark(): () => void
}

export function createJournalBatch(): JournalBatch {
  const changes: JournalChange[] = []
  const lines: string[] = []
  return {
    changes,
    lines,
    add(key, event) {
      lines.push(encodeJournalDelta(key, event))
      changes.push({ kind: 'delta', key, event })
    },
    drop(key, sessionId, messageId) {
      lines.push(encodeJournalDrop(key, messageId))
      changes.push({ kind: 'drop', sessionId, messageId })
    },
    forget(sessionId) {
      // Without a line: a start passes over entries whose session is not there.
      changes.push({ kind: 'forget', sessionId })
    },
    mark() {
      const { length } = changes
      const lineCount = lines.length
      return () => {
        changes.length = length
        lines.length = lineCount
      }
    },
  }
}
