/** The work of a page's main thread, from Chromium's own trace. Used by `trace.ts`. */
import type { Page } from '@playwright/test'

interface TraceEvent {
  name: string
  ph: string
  pid: number
  tid: number
  ts: number
  dur?: number
  /** Of the processor: without the time in which others had it. */
  tdur?: number
  args?: { name?: string }
}

export interface MainThreadWork {
  /** From start to end, and how much of it the thread was busy; in milliseconds, as all here. */
  wallMs: number
  busyMs: number
  longestTaskMs: number
  /** Tasks of more than 50 ms. */
  longTasks: number
}

/** Runs it, and says what the page's main thread did meanwhile. The page is the only one of its browser. */
export async function traceMainThread(
  page: Page,
  run: () => Promise<unknown>,
): Promise<MainThreadWork> {
  const browser = page.context().browser()
  if (!browser) throw new Error('a page without a browser has no trace')
  await browser.startTracing(page, { categories: ['toplevel', '__metadata'] })
  const start = performance.now()
  await run()
  const wallMs = performance.now() - start
  const trace: { traceEvents: TraceEvent[] } = JSON.parse(String(await browser.stopTracing()))
  const events = trace.traceEvents
  const mains = new Set(
    events
      .filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
      .map(threadOf),
  )
  const tasks = events
    .filter((event) => event.ph === 'X' && isTask(event) && mains.has(threadOf(event)))
    .map(({ dur = 0, tdur = dur }) => tdur / 1000)
  if (tasks.length === 0) throw new Error('the trace has no task of a main thread')
  return {
    wallMs,
    busyMs: tasks.reduce((sum, ms) => sum + ms, 0),
    longestTaskMs: Math.max(...tasks),
    longTasks: tasks.filter((ms) => ms > 50).length,
  }
}

function threadOf({ pid, tid }: TraceEvent): string {
  return `${pid}/${tid}`
}

function isTask({ name }: TraceEvent): boolean {
  return name === 'RunTask' || name === 'ThreadControllerImpl::RunTask'
}
