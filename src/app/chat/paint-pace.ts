/**
 * How often the page takes up what has come: at once after a rest, and about twenty times a second while an answer
 * is written. Each time costs layout and paint, and nobody reads faster. Used by the page's client.
 */
import { frameScheduler, type Scheduler } from '../../client/index.ts'

/** A little less than three frames of a usual screen: the third is the one. */
const restMs = 45

export function pacedFrames(frames: Scheduler = frameScheduler): Scheduler {
  let last = Number.NEGATIVE_INFINITY
  return (run) => {
    const painted = () => {
      last = performance.now()
      run()
    }
    const waitMs = restMs - (performance.now() - last)
    if (waitMs <= 0) return frames(painted)
    let cancel = () => clearTimeout(timer)
    const timer = setTimeout(() => {
      cancel = frames(painted)
    }, waitMs)
    return () => cancel()
  }
}
