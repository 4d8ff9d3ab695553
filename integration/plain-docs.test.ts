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

/** What is typed there, and the frames that come, with the values that are whole in them. */
const [, transcript = ''] = /^```\n([<>][\s\S]*?)^```/m.exec(text) ?? []
const wscatCall = /^npx wscat -c (\S+)$/m.exec(text)?.[1]
const wscat = join(root, 'node_modules/wscat/bin/wscat')

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

  test('what wscat shows is what comes, in that order', async () => {
    expect(wscatCall).toBe('ws://127.0.0.1:3001/ws')
    const lines = transcript.trim().split('\n')
    const shown = lines.filter((line) => line.startsWith('< ')).map(shapeOf)
    expect(shown.length).toBeGreaterThan(6)
    await using program = new Child([wscat, '-c', `ws://127.0.0.1:${server.port}/ws`])
    await program.said('stdout', /"type":"auth"/)
    for (const line of lines) if (line.startsWith('> ')) program.type(line.slice(2))
    await program.said('stdout', /"type":"response".*\}/)
    program.typedAll()
    const { stdout } = await program.ended
    const came = [...stdout.matchAll(/\{.*\}/g)].map(([frame]) => frame)
    let place = 0
    for (const shape of shown) {
      const found = came.findIndex(
        (frame, index) => index >= place && shape.every((part) => frame.includes(part)),
      )
      expect(found, `${shape.join(', ')} in ${came.join('\n')}`).toBeGreaterThanOrEqual(0)
      place = found + 1
    }
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

/** The names of a frame's fields as it is shown, and the values that are the same each time. */
function shapeOf(line: string): string[] {
  const names = [...line.matchAll(/"\w+":/g)].map(([name]) => name)
  const fixed = /"(?:type|state|level|verb|finishReason)":"\w+"|"content":"\w+\.\.\."/g
  return [...names, ...[...line.matchAll(fixed)].map(([field]) => field)]
}
