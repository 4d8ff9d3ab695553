/**
 * Tells many one after another instead of all at once: those who are told to leave come back at the next moment, to
 * another server or to this one's successor, and all of them at once would be a storm. Used as the server stops.
 */

/** How far apart. */
export interface Spread {
  eachMs: number
  /** All of them, however many there are. */
  mostMs: number
}

/** Timers are no finer than this: who would be told within it is told together. */
const sliceMs = 20

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

/** Resolves when the last one has been told. The first are told at once. */
export async function oneAfterAnother<T>(
  all: readonly T[],
  tell: (one: T) => void,
  { spread, wait = sleep }: { spread: Spread; wait?: (ms: number) => Promise<void> },
): Promise<void> {
  const spanMs = Math.min(spread.mostMs, all.length * spread.eachMs)
  const slices = Math.max(1, Math.floor(spanMs / sliceMs))
  const size = Math.ceil(all.length / slices)
  for (let from = 0; from < all.length; from += size) {
    if (from > 0) await wait(Math.max(sliceMs, (spanMs * size) / all.length))
    for (const one of all.slice(from, from + size)) tell(one)
  }
}
