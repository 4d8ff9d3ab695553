/** Which browser the browser tests get. */
import { afterEach, expect, test, vi } from 'vitest'
import { findChromium } from './setup-tests.ts'

afterEach(() => {
  vi.unstubAllEnvs()
})

test('browser: the one that CHROMIUM_PATH names comes first', () => {
  vi.stubEnv('CHROMIUM_PATH', process.execPath)
  expect(findChromium()).toBe(process.execPath)
})

test('browser: one that is named and is not there is said', () => {
  vi.stubEnv('CHROMIUM_PATH', '/nowhere/chromium')
  expect(() => findChromium()).toThrow('CHROMIUM_PATH is /nowhere/chromium, which cannot be run.')
})
