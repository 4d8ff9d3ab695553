/** `wscat` on `/ws`: a conversation, a bad frame and going on, leaving and coming back. */
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Child, root } from './harness/child.ts'
import { startServer } from './harness/server-process.ts'
import { startSimulator } from './harness/simulator-process.ts'
import { openTempFolder } from './harness/temp-folder.ts'

const wscat = join(root, 'node_modules/wscat/bin/wscat')

test('J1-J6: wscat holds a conversation, gets an error and goes on, and comes back', async () => {
  await using folder = await openTempFolder()
  await using simulator = await startSimulator()
  await simulator.always({ text: 'An agent.', pace: { firstTokenMs: 0, tokensPerSecond: 0 } })
  const env = { OPENROUTER_BASE_URL: simulator.url }
  await using server = await startServer({ dataDir: folder.path, env })
  const url = `ws://127.0.0.1:${server.port}/ws`

  await using first = new Child([wscat, '-c', url])
  const [, sessionId = ''] = await first.said('stdout', /Session ID: ([0-9a-f]+)"/)
  const [, token = ''] = await first.said('stdout', /"type":"auth".*"token":"([^"]+)"/)
  first.type('hello')
  await first.said('stdout', /"type":"error","code":"INVALID_INPUT"/)
  first.type('{"type":"query","content":"Who are you?"}')
  const [response] = await first.said('stdout', /\{.*"type":"response".*\}/)
  expect(response).toContain('"content":"An agent."')
  const [, cursor = ''] = /"id":"([^"]+)"/.exec(response) ?? []
  first.type('{"type":"query","content":"/help"}')
  await first.said('stdout', /\/model NAME/)
  first.typedAll()
  await first.ended

  const place = `${url}?session=${sessionId}&last_event_id=${cursor}`
  await using back = new Child([wscat, '-c', place, '-H', `Authorization: Bearer ${token}`])
  await back.said('stdout', /"state":"idle"/)
  back.type('{"type":"query","content":"And now?"}')
  await back.said('stdout', /"type":"response"/)
  expect(back.stdout).not.toContain('Session ID')
  back.typedAll()
  await back.ended
})
