/** Chance that can be had again from its seed. Used by what makes schedules. */
import { createRandom } from '../src/server/simulator/random.ts'

export interface Chance {
  /** A whole number, both ends included. */
  between(from: number, to: number): number
  /** True so often, of 1. */
  often(share: number): boolean
  one<T>(list: readonly [T, ...T[]]): T
}

export function createChance(seed: number): Chance {
  const random = createRandom(seed)
  const between = (from: number, to: number) => from + Math.floor(random() * (to - from + 1))
  return {
    between,
    often: (share) => random() < share,
    one: (list) => list[between(0, list.length - 1)] ?? list[0],
  }
}
