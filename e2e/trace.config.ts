/**
 * What a token costs the page: `CHROMIUM_PATH=… npx playwright test --config=e2e/trace.config.ts`, after
 * `npm run build`, on a machine that does nothing else. Prints a table; docs/page-performance.md keeps one.
 */
import { defineConfig } from '@playwright/test'
import { browserOptions } from './browser.ts'

export default defineConfig({
  testDir: '.',
  testMatch: 'trace.ts',
  outputDir: '../test-results/trace-run',
  workers: 1,
  reporter: 'line',
  timeout: 300_000,
  expect: { timeout: 60_000 },
  use: browserOptions,
})
