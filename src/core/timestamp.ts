/** Times as people and the wire read them. Used by all that makes events. */

let last = { ms: Number.NaN, text: '' }

/** ISO 8601, UTC, of milliseconds since 1970. What is committed in one millisecond is much, and is made once. */
export function timestampOf(ms: number): string {
  if (last.ms !== ms) last = { ms, text: new Date(ms).toISOString() }
  return last.text
}
