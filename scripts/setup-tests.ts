/**
 * Finds a Chromium for the browser tests, or installs one. Used by `test.ts`; `node scripts/setup-tests.ts`
 * does it alone, with what the other tests need (`setup-python.ts`). The path goes to Playwright as `CHROMIUM_PATH`.
 */
import { delimiter, join } from 'node:path'
import { chromium } from '@playwright/test'
import { root } from './child.ts'
import { setUpPython } from './setup-python.ts'
import { canRun, installPackages, mayInstallPackages, run } from './system-packages.ts'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

/** Resolves to the browser's path; throws where there is none and none can be installed. */
export function setUpBrowser(): string {
  const there = findChromium()
  if (there) return there
  install()
  const installed = findChromium()
  if (!installed)
    throw new Error(
      'Chromium is not there after its installation. Set CHROMIUM_PATH to a Chromium.',
    )
  return installed
}

/** `CHROMIUM_PATH`, the system's Chromium or Chrome, or Playwright's own; null where none can be run. */
export function findChromium(): string | null {
  const named = process.env.CHROMIUM_PATH
  if (named) {
    if (!canRun(named)) throw new Error(`CHROMIUM_PATH is ${named}, which cannot be run.`)
    return named
  }
  const folders = ['/usr/bin', ...(process.env.PATH ?? '').split(delimiter)].filter(Boolean)
  const candidates = [
    ...names.flatMap((name) => folders.map((folder) => join(folder, name))),
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    chromium.executablePath(),
  ]
  return candidates.find(canRun) ?? null
}

/** Debian's package where we may, since it brings the libraries that it needs; else Playwright's build. */
function install(): void {
  const why = 'No Chromium found. Installing one'
  if (mayInstallPackages()) {
    installPackages(why, ['chromium'])
  } else {
    const playwright = join(root, 'node_modules/@playwright/test/cli.js')
    run(why, [process.execPath, playwright, 'install', 'chromium'])
  }
}

if (import.meta.main) {
  console.log(`Chromium: ${setUpBrowser()}`)
  console.log(`Python: ${setUpPython()}`)
}
