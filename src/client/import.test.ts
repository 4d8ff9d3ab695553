import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { z } from 'zod'

/** What a process has open after it has run this: timers, sockets, workers. */
function openAfter(code: string): string[] {
  const report = 'process.stdout.write(JSON.stringify(process.getActiveResourcesInfo()))'
  const args = ['--input-type=module', '--eval', `${code}\n${report}`]
  const { stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: import.meta.dirname,
    encoding: 'utf8',
  })
  if (stdout === '') throw new Error(stderr)
  return z.array(z.string()).parse(JSON.parse(stdout))
}

test('C4: nothing happens at import: no socket, no timer', () => {
  const plain = openAfter('')
  expect(openAfter(`await import('./index.ts')`)).toEqual(plain)
  // The check itself would see one.
  expect(openAfter('setTimeout(() => {}, 1)')).not.toEqual(plain)
})
