/** When a failed call is tried again, and after how long. Used by the adapter, before the first token only. */

/** A wait that is longer than this is the person's, not ours. */
export const maxRetryAfterMs = 20_000

const firstDelayMs = 500
const maxDelayMs = 8_000

/**
 * How long to wait after the `failed`-th attempt: doubled each time, and spread by chance so that calls
 * that failed together do not come back together. What the server asked for is waited out in full.
 */
export function retryDelayMs(
  failed: number,
  retryAfterMs: number | undefined,
  random: () => number,
): number {
  const ceiling = Math.min(maxDelayMs, firstDelayMs * 2 ** (failed - 1))
  const jitter = Math.round((ceiling / 2) * random())
  return (retryAfterMs ?? Math.round(ceiling / 2)) + jitter
}

/** What a server may ask for at most: a number of 400 digits is infinite, which no log can keep. */
const longestWaitMs = 24 * 60 * 60_000

/** `Retry-After` as milliseconds from now, at most a day: seconds or a date; undefined where it is neither. */
export function parseRetryAfter(header: string | null, nowMs: number): number | undefined {
  const text = header?.trim()
  if (!text) return undefined
  if (/^\d+(\.\d+)?$/.test(text)) return Math.min(longestWaitMs, Math.ceil(Number(text) * 1000))
  // A date has a month's name in it; `Date.parse` alone would take "-5" for a year.
  const date = /[a-z]{3}/i.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(date) ? undefined : Math.min(longestWaitMs, Math.max(0, date - nowMs))
}
