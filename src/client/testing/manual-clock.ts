/** The core's clock, from where clients count. Used by the client's tests. */
import { ManualClock } from '../../core/testing/manual-clock.ts'

export type { ManualClock }
export const createManualClock = (startMs = 1_000_000): ManualClock => new ManualClock(startMs)
