/**
 * Finds a Chromium for the browser tests, or installs one. Used by `test.ts`; `node scripts/setup-tests.ts`
 * does it alone. The path goes to Playwright as `CHROMIUM_PATH`.
 */
import { spawnSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { chromium } from '@playwright/test'
import { childEnv, root } from './child.ts'

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
  const isDebianRoot = canRun('/usr/bin/apt-get') && process.getuid?.() === 0
  if (isDebianRoot) {
    run('apt-get', ['update'])
    run('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'])
  } else {
    run(process.execPath, [
      join(root, 'node_modules/@playwright/test/cli.js'),
      'install',
      'chromium',
    ])
  }
}

function run(command: string, args: string[]): void {
  console.log(`No Chromium found. Installing one: ${command} ${args.join(' ')}`)
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    env: childEnv({ DEBIAN_FRONTEND: 'noninteractive' }),
  })
  if (error) throw error
  if (status !== 0) throw new Error(`${command} ended with exit code ${status}.`)
}

function canRun(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

if (import.meta.main) console.log(`Chromium: ${setUpBrowser()}`)
