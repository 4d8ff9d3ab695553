/** Chance that can be had again: the seed is printed, and `FAULT_SEED` sets it. */

export interface SeededRandom {
  /** From 0 to below 1. */
  (): number
  /** A whole number, both ends included. */
  between(from: number, to: number): number
}

/** `name` says in the output whose seed it is. */
export function seededRandom(name: string): SeededRandom {
  const seed = Number(process.env.FAULT_SEED ?? Math.floor(Math.random() * 2 ** 31))
  process.stdout.write(`${name}: FAULT_SEED=${seed}\n`)
  let state = seed | 0
  // mulberry32
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const between = (from: number, to: number) => from + Math.floor(next() * (to - from + 1))
  return Object.assign(next, { between })
}

/** So many tokens that no two answers share, with characters of one to four bytes. */
export function someTokens(name: string, count: number): string[] {
  const extras = ['', ' é', ' –', ' 漢', ' 🙂', '\n']
  return Array.from({ length: count }, (_, index) => {
    return `${name}.${index}${extras[index % extras.length]} `
  })
}
