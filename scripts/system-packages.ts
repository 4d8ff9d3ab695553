/** What the tests need of the system: looked for, and installed where we may. Used by the set-up steps. */
import { spawnSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { childEnv, root } from './child.ts'

export function canRun(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** A mirror that fails for a moment ends nothing. */
export const aptRetries: readonly string[] = ['-o', 'Acquire::Retries=3']

/** Whether Debian's packages can be installed by who runs this. */
export function mayInstallPackages(): boolean {
  return canRun('/usr/bin/apt-get') && process.getuid?.() === 0
}

/** Says what it does, and why. Throws where it fails. */
export function installPackages(why: string, names: readonly string[]): void {
  run(why, ['apt-get', ...aptRetries, 'update'])
  run(why, ['apt-get', ...aptRetries, 'install', '-y', '--no-install-recommends', ...names])
}

/** Runs a command that installs something. */
export function run(why: string, [command = '', ...args]: readonly string[]): void {
  console.log(`${why}: ${command} ${args.join(' ')}`)
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    env: childEnv({ DEBIAN_FRONTEND: 'noninteractive' }),
  })
  if (error) throw error
  if (status !== 0) throw new Error(`${command} ended with exit code ${status}.`)
}
