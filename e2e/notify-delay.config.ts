/**
 * How long a notification takes to the page: `npm run notify-delay` (`CHROMIUM_PATH` names the browser), after
 * `npm run build`, on a machine that does nothing else. Prints a table; docs/page-performance.md keeps one.
 */
import { defineConfig } from '@playwright/test'
import { browserOptions } from './browser.ts'

export default defineConfig({
  testDir: '.',
  testMatch: 'notify-delay.ts',
  outputDir: '../test-results/notify-delay',
  workers: 1,
  reporter: 'line',
  timeout: 300_000,
  expect: { timeout: 60_000 },
  use: browserOptions,
})
