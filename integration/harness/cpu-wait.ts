/**
 * How long processes stood ready to run and were given no processor, seen from outside: what a machine that is too
 * busy adds to everything they do. Used by tests that measure time.
 */
import { readdirSync, readFileSync } from 'node:fs'

const sampleMs = 20

export interface CpuWait extends Disposable {
  /** Of all the processes together, between two moments, in milliseconds since 1970. */
  between(fromMs: number, toMs: number): number
}

/** Where the system does not tell (it is Linux that does), there was no waiting. */
export function watchCpuWait(pids: readonly number[]): CpuWait {
  const samples: { atMs: number; waitMs: number }[] = []
  const take = () => {
    samples.push({ atMs: Date.now(), waitMs: pids.reduce((sum, pid) => sum + waitedMs(pid), 0) })
  }
  take()
  const timer = setInterval(take, sampleMs)
  return {
    between(fromMs, toMs) {
      const before = samples.findLast(({ atMs }) => atMs <= fromMs) ?? samples[0]
      const after = samples.find(({ atMs }) => atMs >= toMs) ?? samples.at(-1)
      return (after?.waitMs ?? 0) - (before?.waitMs ?? 0)
    },
    [Symbol.dispose]: () => clearInterval(timer),
  }
}

/** Since the process began, of all its threads. The second number of a thread's `schedstat` is nanoseconds in the queue of a processor. */
export function waitedMs(pid: number): number {
  try {
    const threads = readdirSync(`/proc/${pid}/task`)
    const waits = threads.map((thread) => {
      const [, queued] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')
      return Number(queued ?? 0) / 1e6
    })
    return waits.reduce((sum, waitMs) => sum + waitMs, 0)
  } catch {
    return 0
  }
}
