/** Which proxies the tests get, and what is said where there is none and none can be installed. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { setUpProgram } from './setup-proxies.ts'

const folder = mkdtempSync(join(tmpdir(), 'agent-proxies-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('setup: a program that can be run is taken from where it is', () => {
  writeFileSync(join(folder, 'nginx'), '', { mode: 0o755 })
  writeFileSync(join(folder, 'haproxy'), '', { mode: 0o644 })
  const folders = ['/nowhere', folder]
  expect(setUpProgram('nginx', { folders, isRoot: false })).toBe(join(folder, 'nginx'))
  expect(() => setUpProgram('haproxy', { folders, isRoot: false })).toThrow(
    'The tests behind a proxy need haproxy: install it (in Debian: apt-get install haproxy).',
  )
})
