/** Guests who stay the same: over reconnects, over restarts of the server, and over runs of the program. */
import { expect, test } from 'vitest'
import { openTestServer } from '../server/testing/test-server.ts'
import { guestTokens } from './guest-tokens.ts'
import { openRig } from './testing/rig.ts'
import { tokenExpiry } from './token.ts'

const subjectOf = (token: string) =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()).sub

test('C11: every token is of one guest, also where several are asked for at once', async () => {
  await using rig = await openRig()
  const tokens = guestTokens(`${rig.server.url}/trpc`)
  const asked = await Promise.all([tokens(), tokens(), tokens()])
  expect(new Set(asked.map(subjectOf)).size).toBe(1)
  expect(tokenExpiry(asked[0] ?? '')).toBeGreaterThan(Date.now())
  const other = guestTokens(() => `${rig.server.url}/trpc/`)
  expect(subjectOf(await other())).not.toBe(subjectOf(asked[0] ?? ''))
})

test('C11: an answer goes on where it was when the server is restarted in the middle of it', async () => {
  await using rig = await openRig()
  const url = `http://127.0.0.1:${rig.proxy.port}/trpc`
  const agent = rig.client({ url, token: guestTokens(url) })
  const session = await agent.sessions.create()
  rig.simulator.next({ tokens: ['one ', 'two ', 'three'], hold: 1 }, { text: 'one two three' })
  const answer = session.ask('count')
  const pieces = answer[Symbol.asyncIterator]()
  expect(await pieces.next()).toEqual({ done: false, value: 'one ' })
  await rig.restart()
  expect(await answer.done).toMatchObject({ content: 'one two three' })
})

test('C11: with its identity the next run is the same guest; one that is not known any more is a new one, and is told', async () => {
  await using rig = await openRig()
  const url = `${rig.server.url}/trpc`
  const kept: string[] = []
  const onIdentity = (identity: string) => void kept.push(identity)
  const first = subjectOf(await guestTokens(url, { onIdentity })())
  expect(subjectOf(await guestTokens(url, { identity: kept.at(-1) })())).toBe(first)

  const strange = guestTokens(url, { identity: 'of another server', onIdentity })
  const made = subjectOf(await strange())
  expect(made).not.toBe(first)
  expect(subjectOf(await guestTokens(url, { identity: kept.at(-1) })())).toBe(made)
})

test('C11: a guest whom the server forgets while the program runs is told so, and is nobody else', async () => {
  const told: string[] = []
  await using opened = new AsyncDisposableStack()
  const before = await openTestServer()
  const { port } = before
  const tokens = guestTokens(`${before.url}/trpc`, { onIdentity: (it) => void told.push(it) })
  await tokens()
  await before.close()
  // The same address with a data folder of its own, so with another secret.
  const after = await openTestServer({ env: { AGENT_PORT: `${port}` } })
  opened.defer(() => after.close())
  await expect(tokens()).rejects.toThrow('does not know this guest any more')
  expect(told).toHaveLength(1)
})

test('C11: where guests are not let in it says so', async () => {
  const AUTH_SECRET = 'a secret of thirty-two bytes or more'
  await using opened = new AsyncDisposableStack()
  for (const [ALLOW_NO_ORIGIN, sentence] of [
    ['true', 'Guests are not let in.'],
    ['false', 'This origin is not allowed.'],
  ] as const) {
    const env = { AUTH_MODE: 'jwt', AUTH_SECRET, ALLOW_NO_ORIGIN }
    const server = await openTestServer({ env })
    opened.defer(() => server.close())
    await expect(guestTokens(`${server.url}/trpc`)()).rejects.toThrow(sentence)
  }
})
