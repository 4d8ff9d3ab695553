/** Frames that tests paint. Used by the client's tests. */
import type { Scheduler } from '../frame-scheduler.ts'

export interface ManualFrames {
  schedule: Scheduler
  /** Whether anything waits for the next frame. */
  readonly wanted: boolean
  paint(): void
}

export function createManualFrames(): ManualFrames {
  const waiting = new Set<() => void>()
  return {
    schedule(run) {
      waiting.add(run)
      return () => waiting.delete(run)
    },
    get wanted() {
      return waiting.size > 0
    },
    paint() {
      const due = [...waiting]
      waiting.clear()
      for (const run of due) run()
    },
  }
}
