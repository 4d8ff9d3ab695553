/**
 * Makes a failing schedule small: leaves steps out, many at first and then fewer, as long as it fails without them.
 * Used by the runner before it writes a regression.
 */
import type { Schedule, Step } from './schedule.ts'

export interface ShrinkOptions {
  /** Runs it; true where it fails as the whole one did. */
  fails(schedule: Schedule): Promise<boolean>
  /** Runs at most. */
  mostRuns: number
}

/** What is left fails as far as was tried; where chance has a part in it, not every time. */
export async function shrink(
  schedule: Schedule,
  { fails, mostRuns }: ShrinkOptions,
): Promise<Schedule> {
  let runs = 0
  let best = schedule
  const tryWith = async (steps: readonly Step[]) => {
    if (runs >= mostRuns) return false
    runs++
    const candidate = { ...best, steps: [...steps] }
    if (!(await fails(candidate))) return false
    best = candidate
    return true
  }
  for (let size = Math.ceil(best.steps.length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let from = 0; from < best.steps.length && runs < mostRuns; ) {
      const without = best.steps.toSpliced(from, size)
      // What follows moves to this place.
      if (without.length === 0 || !(await tryWith(without))) from += size
    }
  }
  return best
}
