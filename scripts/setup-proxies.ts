/**
 * Finds the proxies that the tests put in front of the server, or installs them from Debian's packages. Used by
 * `lanes.ts` before the tests, and by the tests, which may be run alone; `node scripts/setup-proxies.ts` does it alone.
 */
import { spawnSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { childEnv, root } from './child.ts'
import { aptRetries } from './system-packages.ts'

/** What the tests need, and the Debian package that has it. */
const programs = { nginx: 'nginx-light', haproxy: 'haproxy', openssl: 'openssl' } as const
const aptGet = '/usr/bin/apt-get'
export type ProgramName = keyof typeof programs

/** The program's path; throws one clear sentence where it is not there and cannot be installed. */
export function setUpProgram(
  name: ProgramName,
  { folders = usualFolders(), isRoot = process.getuid?.() === 0 } = {},
): string {
  const there = find(name, folders)
  if (there) return there
  const packageName = programs[name]
  if (!canRun(aptGet) || !isRoot) {
    throw new Error(
      `The tests behind a proxy need ${name}: install it (in Debian: apt-get install ${packageName}).`,
    )
  }
  console.log(`No ${name} found. Installing it: apt-get install ${packageName}`)
  apt(['update'])
  apt(['install', '-y', '--no-install-recommends', packageName])
  const installed = find(name, folders)
  if (!installed) throw new Error(`${name} is not there after the installation of ${packageName}.`)
  return installed
}

function usualFolders(): string[] {
  const named = (process.env.PATH ?? '').split(delimiter).filter(Boolean)
  // Where servers are, which is in the path of root alone.
  return [...named, '/usr/sbin', '/usr/bin', '/usr/local/sbin', '/usr/local/bin']
}

function find(name: string, folders: readonly string[]): string | null {
  return folders.map((folder) => join(folder, name)).find(canRun) ?? null
}

function apt(args: string[]): void {
  // In run level 1 Debian starts no service that it installs: the tests start their own.
  const env = childEnv({ DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' })
  const { status, error } = spawnSync(aptGet, [...aptRetries, ...args], {
    cwd: root,
    stdio: 'inherit',
    env,
  })
  if (error) throw error
  if (status !== 0) throw new Error(`apt-get ${args.join(' ')} ended with exit code ${status}.`)
}

function canRun(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** All of them, so that no test has to wait for an installation. Their places need no variables. */
export function setUpProxies(): Record<string, string> {
  for (const name of Object.keys(programs)) setUpProgram(name as ProgramName)
  return {}
}

if (import.meta.main) {
  for (const name of Object.keys(programs)) {
    console.log(`${name}: ${setUpProgram(name as ProgramName)}`)
  }
}
