/** The core's clock, from where the model's tests count. */
import { ManualClock } from '../../../core/testing/manual-clock.ts'

export type { ManualClock }
export const createManualClock = (startMs = 1_700_000_000_000): ManualClock =>
  new ManualClock(startMs)
