/** How long to wait before the next try. Used for connecting, for the outbox and for following. */

const baseMs = 500
const maxMs = 15_000
/** The first try after a drop comes soon, but not from everyone at once. */
const firstMs = 250

/**
 * Milliseconds before the try that follows `failures` failed ones. The first comes within 250 ms; the
 * others double up to 15 s, half of it by chance, so that many clients do not come back in step.
 */
export function retryDelayMs(failures: number, random: () => number): number {
  if (failures === 0) return random() * firstMs
  const fullMs = Math.min(maxMs, baseMs * 2 ** Math.min(failures - 1, 16))
  return fullMs / 2 + random() * (fullMs / 2)
}
