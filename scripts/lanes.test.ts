/** How the lanes are counted, from reports of the real tools. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { childEnv, root } from './child.ts'
import { readPlaywright, readVitest } from './lanes.ts'

// In the checkout, so that the files in it find the packages, and not in node_modules, where Node
// strips no types.
const scratch = join(root, '.tmp')
let folder: string

beforeEach(() => {
  mkdirSync(scratch, { recursive: true })
  folder = mkdtempSync(join(scratch, 'lanes-'))
})

afterEach(() => rmSync(folder, { recursive: true, force: true }))

function run(bin: string, args: string[], env: Record<string, string> = {}): number | null {
  const command = [join(root, 'node_modules', bin), ...args]
  return spawnSync(process.execPath, command, { cwd: folder, env: childEnv(env) }).status
}

function cases(from: string): string {
  return `import { test, expect } from '${from}'
    test('good', () => {})
    test('good too', () => {})
    test('bad', () => { expect(1).toBe(2) })
    test.skip('left out', () => {})`
}

test('counts: vitest tells passed, failed and skipped', () => {
  writeFileSync(join(folder, 'a.test.ts'), cases('vitest'))
  const report = join(folder, 'report.json')
  const args = ['run', '--root', folder, '--reporter=json', `--outputFile=${report}`]
  expect(run('vitest/vitest.mjs', args)).toBe(1)
  expect(readVitest(report)).toEqual({ passed: 2, failed: 1, skipped: 1 })
})

test('counts: Playwright tells passed, failed and skipped', () => {
  writeFileSync(join(folder, 'a.spec.ts'), cases('@playwright/test'))
  writeFileSync(join(folder, 'playwright.config.ts'), 'export default {}')
  const report = join(folder, 'report.json')
  const args = ['test', '--reporter=list,json']
  expect(run('@playwright/test/cli.js', args, { PLAYWRIGHT_JSON_OUTPUT_FILE: report })).toBe(1)
  expect(readPlaywright(report)).toEqual({ passed: 2, failed: 1, skipped: 1 })
})

test('counts: a tool that left no report has no count', () => {
  expect(readVitest(join(folder, 'none.json'))).toBeNull()
  expect(readPlaywright(join(folder, 'none.json'))).toBeNull()
})
