/**
 * The browser tests: `npm test -- browser`, which says where Chromium is (`CHROMIUM_PATH`) and builds
 * the page first. Each worker runs the whole product for itself.
 */
import { defineConfig } from '@playwright/test'
import { browserOptions } from './browser.ts'

export default defineConfig({
  testDir: '.',
  testMatch: '*.spec.ts',
  workers: 2,
  retries: 0,
  forbidOnly: Boolean(process.env.CI),
  reporter: 'list',
  // Deadlines of what hangs: nothing waits for them.
  timeout: 300_000,
  expect: { timeout: 30_000 },
  use: { ...browserOptions, screenshot: 'only-on-failure' },
})
