/**
 * How often the page takes up what has come: at once after a rest, and about twenty times a second while an answer
 * is written; less often where that is much work for the device. Each time costs layout and paint, and nobody reads
 * faster. Used by the page's client.
 */
import { frameScheduler, type Scheduler } from '../../client/index.ts'

/** A little less than three frames of a usual screen: the third is the one. */
const shortestRestMs = 45
const longestRestMs = 100
/** And as many times what the last one cost: about an eighth of the main thread. */
const restFactor = 8

export function pacedFrames(frames: Scheduler = frameScheduler): Scheduler {
  let last = Number.NEGATIVE_INFINITY
  let restMs = shortestRestMs
  return (run) => {
    const painted = () => {
      last = performance.now()
      run()
      // Its turn comes when the browser has painted.
      setTimeout(() => {
        const costMs = performance.now() - last
        restMs = Math.min(longestRestMs, Math.max(shortestRestMs, restFactor * costMs))
      })
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
