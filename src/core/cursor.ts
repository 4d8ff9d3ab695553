/** A cursor, which is also an event's id: `<epoch>-<seq>`. Where a reader stands in a session's log. */

export interface Cursor {
  epoch: string
  /** Number of the last event that the reader has; 0 before the first. */
  seq: number
}

const pattern = /^([0-9a-z]{1,32})-(0|[1-9][0-9]{0,15})$/

export function formatCursor({ epoch, seq }: Cursor): string {
  return `${epoch}-${seq}`
}

/** Returns null where the text is no cursor: a stranger's text is data, not an exception. */
export function parseCursor(text: string): Cursor | null {
  const match = pattern.exec(text)
  if (!match?.[1] || !match[2]) return null
  const seq = Number(match[2])
  return Number.isSafeInteger(seq) ? { epoch: match[1], seq } : null
}
