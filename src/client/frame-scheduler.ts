/**
 * When a view tells its subscribers: once a frame, however many events came. Passed into the session
 * view; tests pass one that they advance.
 */

/** Calls `run` once, soon. Returns what calls it off. */
export type Scheduler = (run: () => void) => () => void

/** A page that is not looked at has no frames; it is told this often. */
const hiddenMs = 200
/** Where there are no frames at all (Node). */
const frameMs = 16

/** The runtime's: the next animation frame, or a timer where none comes. */
export const frameScheduler: Scheduler = (run) => {
  const hasFrames = typeof requestAnimationFrame === 'function'
  const timer = setTimeout(once, hasFrames ? hiddenMs : frameMs)
  const frame = hasFrames ? requestAnimationFrame(once) : null
  function cancel() {
    clearTimeout(timer)
    if (frame !== null) cancelAnimationFrame(frame)
  }
  function once() {
    cancel()
    run()
  }
  return cancel
}
