/**
 * Pictures of the page's main states, to look at: `CHROMIUM_PATH=… npx playwright test
 * --config=e2e/screenshots.config.ts`, after `npm run build`. All go to `test-results/screenshots`, the
 * README's to `docs/screenshots` too.
 */
import { defineConfig } from '@playwright/test'
import { browserOptions } from './browser.ts'

export default defineConfig({
  testDir: '.',
  testMatch: 'screenshots.ts',
  outputDir: '../test-results/screenshots-run',
  workers: 2,
  reporter: 'list',
  timeout: 120_000,
  expect: { timeout: 20_000 },
  use: browserOptions,
})
