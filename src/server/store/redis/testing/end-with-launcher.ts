/**
 * Ends a program that cannot watch over itself when this process is gone, by `kill -9` too: a shell beside it stands at a
 * pipe whose other end is held here. Used by the Redis servers of tests.
 */
import { type ChildProcess, spawn } from 'node:child_process'

const waitThenEnd = 'read -r _; kill -9 "$1"; rm -rf "$2"'

/** `folder`, the program's own, goes with it. While this process lives, both are the caller's to end. */
export function endWithLauncher(program: ChildProcess, folder: string): void {
  // One that did not start tells so by itself.
  if (program.pid === undefined) return
  const args = ['-c', waitThenEnd, 'sh', String(program.pid), folder]
  const watcher = spawn('/bin/sh', args, { stdio: ['pipe', 'ignore', 'ignore'] })
  // Its number may be another process's from here on.
  program.once('exit', () => watcher.kill('SIGKILL'))
  watcher.unref()
}
