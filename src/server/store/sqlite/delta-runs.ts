/** Cuts deltas into the runs that lie in one row of `events`. Used by the delta journal. */
import type { DeltaEvent } from '../../../core/events.ts'

export type DeltaRun = [DeltaEvent, ...DeltaEvent[]]

/** What is in one row at the most: a reader of a part of it parses all of it. */
const mostDeltas = 128
const mostChars = 65_536

/** Each run is of one attempt at one answer, its numbers without a hole. */
export function runsOf(deltas: readonly DeltaEvent[]): DeltaRun[] {
  const runs: DeltaRun[] = []
  let run: DeltaRun | undefined
  let before: DeltaEvent | undefined
  let chars = 0
  for (const delta of deltas) {
    chars += delta.content.length
    const goesOn =
      before?.seq === delta.seq - 1 &&
      before.messageId === delta.messageId &&
      before.replyTo === delta.replyTo &&
      before.attempt === delta.attempt
    if (run && goesOn && run.length < mostDeltas && chars <= mostChars) run.push(delta)
    else {
      run = [delta]
      runs.push(run)
      chars = delta.content.length
    }
    before = delta
  }
  return runs
}
