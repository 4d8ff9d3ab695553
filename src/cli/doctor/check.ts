/** What one look of the doctor comes to. Used by the checks, and by the command that prints them. */

/** What anything that is asked may take to answer: who waits for the doctor wants to know soon. */
export const answerMs = 5_000

export interface Finding {
  state: 'good' | 'warning' | 'bad'
  /** What was looked at: `Disk space`. */
  name: string
  /** What it is like, in one sentence. */
  says: string
  /** What to do about it. */
  todo?: string
}

export const good = (name: string, says: string): Finding => ({ state: 'good', name, says })
export const warning = (name: string, says: string, todo: string): Finding => ({
  state: 'warning',
  name,
  says,
  todo,
})
export const bad = (name: string, says: string, todo: string): Finding => ({
  state: 'bad',
  name,
  says,
  todo,
})

/** The sentence of what was thrown. */
export function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause)
  // What `fetch` throws says why in its cause alone.
  return cause.cause instanceof Error ? cause.cause.message || cause.message : cause.message
}
