/** The command line as an operator runs it. */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { newGuest } from '../server/testing/socket-peer.ts'
import { newFolder, openTestServer } from '../server/testing/test-server.ts'

const main = fileURLToPath(new URL('./main.ts', import.meta.url))

function run(args: string[], env: Record<string, string>) {
  return new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    const options = { env: { NODE_ENV: 'test' as const, PATH: process.env.PATH, ...env } }
    execFile(process.execPath, [main, ...args], options, (error, stdout, stderr) => {
      resolve({
        code: typeof error?.code === 'number' ? error.code : error ? -1 : 0,
        stdout,
        stderr,
      })
    })
  })
}

test('U10: revoke signs a user out, by the secret of the data folder or of the settings', async () => {
  await using server = await openTestServer()
  const guest = await newGuest(server.url)
  const settings = { DATA_DIR: server.dataDir, AGENT_PORT: String(server.port) }
  const { code, stdout } = await run(['revoke', guest.userId], settings)
  expect([code, stdout]).toEqual([0, expect.stringContaining(`${guest.userId} is signed out`)])
  const response = await fetch(`${server.url}/trpc/session.list?input=%7B%7D`, {
    headers: { authorization: `Bearer ${guest.token}` },
  })
  expect(response.status).toBe(401)

  const AUTH_SECRET = 'another secret, long enough to be one'
  const other = await run(['revoke', 'ada', '--url', server.url], { AUTH_SECRET })
  expect([other.code, other.stderr]).toEqual([1, expect.stringContaining('AUTH_SECRET')])
  expect(other.stderr).not.toContain(AUTH_SECRET)
})

test('revoke says what keeps it from its work, and makes no secret', async () => {
  await using folder = await newFolder()
  const none = await run(['revoke', 'ada'], { DATA_DIR: folder.path })
  expect([none.code, none.stderr]).toEqual([1, expect.stringContaining('secret is not here')])
  const AUTH_SECRET = 'a secret of the test, long enough to be one'
  const away = await run(['revoke', 'ada'], { AUTH_SECRET, AGENT_PORT: '1' })
  expect([away.code, away.stderr]).toEqual([1, expect.stringContaining('No agent server answers')])
  const bad = await run(['revoke', 'ada'], { AUTH_MODE: 'jwt' })
  expect([bad.code, bad.stderr]).toEqual([1, expect.stringContaining('AUTH_MODE: ')])
})
