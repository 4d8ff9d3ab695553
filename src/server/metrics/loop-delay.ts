/**
 * The event loop's delay over the last ten seconds, not since the start: what an operator watches must go back
 * to nought when the trouble is over. Used by `http/metrics.ts`.
 */
import { monitorEventLoopDelay, performance } from 'node:perf_hooks'

export interface LoopDelay {
  /** Seconds. */
  p50: number
  p99: number
  max: number
  /** Part of the time in which the loop was busy, 0 to 1. */
  utilization: number
}

const windowMs = 10_000

export function openLoopDelay(): { read(): LoopDelay; close(): void } {
  const delay = monitorEventLoopDelay({ resolution: 20 })
  delay.enable()
  const seconds = (ns: number) => (Number.isFinite(ns) ? ns / 1e9 : 0)
  let before = performance.eventLoopUtilization()
  const look = (): LoopDelay => ({
    p50: seconds(delay.percentile(50)),
    p99: seconds(delay.percentile(99)),
    max: seconds(delay.max),
    utilization: performance.eventLoopUtilization(before).utilization,
  })
  let last: LoopDelay | null = null
  const timer = setInterval(() => {
    last = look()
    delay.reset()
    before = performance.eventLoopUtilization()
  }, windowMs)
  timer.unref()
  return {
    // In the first ten seconds: what there is so far.
    read: () => last ?? look(),
    close() {
      clearInterval(timer)
      delay.disable()
    },
  }
}
