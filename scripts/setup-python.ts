/**
 * Finds a Python with the package `websockets` for the tests of the plain WebSocket, or installs it. Used by
 * `lanes.ts` and by those tests; `node scripts/setup-tests.ts` does it alone. The path is `PYTHON_PATH`.
 */
import { spawnSync } from 'node:child_process'
import { delimiter, join } from 'node:path'
import { canRun, installPackages, mayInstallPackages } from './system-packages.ts'

const needed =
  'The tests of the plain WebSocket need Python 3 with the package websockets (10 or newer). ' +
  'Install it (Debian: apt-get install python3-websockets; else: pip install websockets), ' +
  'or set PYTHON_PATH to a Python that has it.'

/** Resolves to the path of Python; throws where there is none and none can be installed. */
export function setUpPython(): string {
  const there = findPython()
  if (there) return there
  if (!mayInstallPackages()) throw new Error(needed)
  installPackages('No Python with websockets found. Installing it', [
    'python3',
    'python3-websockets',
  ])
  const installed = findPython()
  if (!installed) throw new Error(needed)
  return installed
}

/** `PYTHON_PATH`, or the first Python that has what is needed; null where none has. */
export function findPython(): string | null {
  const named = process.env.PYTHON_PATH
  if (named) {
    if (!hasWebsockets(named)) throw new Error(`PYTHON_PATH is ${named}. ${needed}`)
    return named
  }
  const folders = ['/usr/bin', ...(process.env.PATH ?? '').split(delimiter)].filter(Boolean)
  const candidates = folders.map((folder) => join(folder, 'python3'))
  return [...new Set(candidates)].find(hasWebsockets) ?? null
}

function hasWebsockets(python: string): boolean {
  if (!canRun(python)) return false
  const check = 'import websockets.version as it; assert int(it.version.split(".")[0]) >= 10'
  return spawnSync(python, ['-c', check], { stdio: 'ignore' }).status === 0
}
