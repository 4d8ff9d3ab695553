/** The commands of docs/http.md, run in their order as somebody would who reads it. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from './harness/child.ts'
import { startServer } from './harness/server-process.ts'
import { startSimulator } from './harness/simulator-process.ts'
import { openTempFolder } from './harness/temp-folder.ts'

test('docs/http.md: a guest, a session, a message and its events with curl alone', async () => {
  await using folder = await openTempFolder()
  await using simulator = await startSimulator()
  await simulator.always({
    text: 'Hello from curl.',
    pace: { firstTokenMs: 0, tokensPerSecond: 0 },
  })
  const env = { OPENROUTER_BASE_URL: simulator.url }
  await using server = await startServer({ dataDir: folder.path, env })
  const text = readFileSync(join(root, 'docs/http.md'), 'utf8')
  const blocks = [...text.matchAll(/^```sh\n([\s\S]*?)^```/gm)].map(([, code = '']) => code)
  expect(blocks).toHaveLength(6)
  // Events go on for ever: what came within three seconds is looked at.
  const script = blocks
    .join('\necho\n')
    .replaceAll('http://127.0.0.1:3001', server.url)
    .replace('curl -N', 'curl -N -s --max-time 3')
  const { stdout, stderr } = spawnSync('bash', ['-c', script], { encoding: 'utf8' })
  expect(stdout, stderr).toMatch(/"agentName":"[^"]+".*"auth":\{"mode":"guest"\}/)
  expect(stdout).toContain('"messageId":"6a0f2a52-9c5e-4f0e-8d0c-0d6f5f6f7a01"')
  expect(stdout).toContain('event: connected')
  expect(stdout).toMatch(/data: \{[^\n]*"type":"response"[^\n]*Hello from curl\./)
  const history = stdout.slice(stdout.lastIndexOf('{"result"'))
  expect(history).toMatch(/"content":"Hello".*"content":"Hello from curl\."/)
})
