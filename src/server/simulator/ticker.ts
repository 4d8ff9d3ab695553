/**
 * One timer for everything that the simulator does later: thousands of streams at their own pace cost one
 * interval, which stops while nothing waits. Times are exact to a tick.
 */

const tickMs = 5

export interface Ticker {
  /** Milliseconds on a clock that never jumps. */
  now(): number
  /** Calls `run` once, at `atMs` by `now()` or up to a tick later. The returned function calls it off. */
  at(atMs: number, run: () => void): () => void
  close(): void
}

export function createTicker(): Ticker {
  /** By tick, so that a tick touches what is due and nothing else. */
  const byTick = new Map<number, Set<{ run: () => void }>>()
  let waiting = 0
  let lastTick = 0
  let timer: NodeJS.Timeout | null = null

  function tick(): void {
    const now = Math.floor(performance.now() / tickMs)
    while (lastTick < now) {
      lastTick += 1
      const due = byTick.get(lastTick)
      if (!due) continue
      for (const entry of due) {
        due.delete(entry)
        waiting -= 1
        entry.run()
      }
      byTick.delete(lastTick)
    }
    if (waiting === 0) stop()
  }

  function stop(): void {
    if (timer) clearInterval(timer)
    timer = null
  }

  return {
    now: () => performance.now(),
    at(atMs, run) {
      if (!timer) {
        lastTick = Math.floor(performance.now() / tickMs)
        timer = setInterval(tick, tickMs)
      }
      const key = Math.max(Math.ceil(atMs / tickMs), lastTick + 1)
      const entry = { run }
      const due = byTick.get(key) ?? new Set()
      byTick.set(key, due.add(entry))
      waiting += 1
      return () => {
        if (due.delete(entry)) waiting -= 1
      }
    },
    close() {
      stop()
      byTick.clear()
      waiting = 0
    },
  }
}
