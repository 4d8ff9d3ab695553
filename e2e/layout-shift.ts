/** How much of what one sees moves without having been asked to, as the browser measures it. Used by specs and by the trace. */
import type { Page } from '@playwright/test'

interface Measured {
  shift?: number
  flush?: () => void
}

/** Counts from now on, until the page goes. */
export async function watchLayoutShift(page: Page): Promise<void> {
  await page.evaluate(() => {
    const measured = window as Measured
    measured.shift = 0
    const count = (entries: PerformanceEntryList) => {
      for (const entry of entries) {
        if ('value' in entry) measured.shift = (measured.shift ?? 0) + Number(entry.value)
      }
    }
    const observer = new PerformanceObserver((list) => count(list.getEntries()))
    observer.observe({ type: 'layout-shift' })
    measured.flush = () => count(observer.takeRecords())
  })
}

/** The sum of all shifts since: 0 where nothing moved. */
export async function layoutShift(page: Page): Promise<number> {
  return page.evaluate(() => {
    const measured = window as Measured
    measured.flush?.()
    return measured.shift ?? -1
  })
}
