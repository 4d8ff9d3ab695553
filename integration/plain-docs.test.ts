/** The programs of docs/plain-websocket.md run as they stand there, against the real process and its simulator. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { setUpPython } from '../scripts/setup-python.ts'
import { Child, root } from './harness/child.ts'
import { type ServerProcess, startServer } from './harness/server-process.ts'
import { openTempFolder } from './harness/temp-folder.ts'

const text = readFileSync(join(root, 'docs/plain-websocket.md'), 'utf8')
const programs = [...text.matchAll(/^```(js|python)\n([\s\S]*?)^```/gm)].map(
  ([, language = '', code = '']) => ({ language, code }),
)

const stack = new AsyncDisposableStack()
let server: ServerProcess
let python: string
beforeAll(async () => {
  python = setUpPython()
  const folder = stack.use(await openTempFolder())
  server = stack.use(await startServer({ dataDir: folder.path }))
}, 180_000)
afterAll(() => stack.disposeAsync())

describe('docs/plain-websocket.md', () => {
  test('has programs', () => {
    expect(programs.map((it) => it.language)).toEqual(['js', 'python', 'python'])
  })

  test.each(programs)('the $language program %# gets an answer', async ({ language, code }) => {
    const here = code.replaceAll('127.0.0.1:3001', `127.0.0.1:${server.port}`)
    expect(here).not.toBe(code)
    const args = language === 'js' ? ['--input-type=module', '-e', here] : ['-c', here]
    await using program = new Child(args, {}, language === 'js' ? null : python)
    const { code: exit, stdout, stderr } = await program.ended
    expect(stderr).toBe('')
    // The simulator says more than a sentence.
    expect(stdout.length).toBeGreaterThan(100)
    expect(exit).toBe(0)
  })
})
