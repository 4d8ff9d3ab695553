import { expect, test } from 'vitest'
import { z } from 'zod'
import { openRig } from './testing/rig.ts'
import { when } from './testing/when.ts'
import { tokenExpiry } from './token.ts'

const jwt = (claims: object) => `x.${btoa(JSON.stringify(claims)).replaceAll('=', '')}.y`

test('the end of a token is read leniently', () => {
  expect(tokenExpiry(jwt({ exp: 12, more: '?>' }))).toBe(12_000)
  for (const token of ['', 'opaque', 'a.b.c', jwt({}), jwt({ exp: 'soon' }), `x.${btoa('[]')}.y`]) {
    expect(tokenExpiry(token)).toBeNull()
  }
})

async function guestToken(url: string, identity?: string) {
  const response = await fetch(`${url}/trpc/auth.guest`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(identity ? { identity } : {}),
  })
  const guest = z.object({ token: z.string(), identity: z.string() })
  return z.object({ result: z.object({ data: guest }) }).parse(await response.json()).result.data
}

test('a token is renewed before it expires, and nothing is dropped', async () => {
  await using rig = await openRig({ timings: { tokenTtlMs: 5_000, sweepMs: 20 } })
  const { identity } = await guestToken(rig.server.url)
  const third = Promise.withResolvers<void>()
  let asked = 0
  const agent = rig.client({
    async token() {
      if (++asked === 3) third.resolve()
      return (await guestToken(rig.server.url, identity)).token
    },
  })
  const session = await agent.sessions.create()
  await third.promise
  expect(await session.get()).toMatchObject({ sessionId: session.sessionId })
  expect(rig.proxy.connections).toBe(1)
})

test('a token that the server does not take any more is asked for anew at the next connect', async () => {
  await using rig = await openRig({ timings: { tokenTtlMs: 5_000, sweepMs: 20 } })
  const { identity, token: first } = await guestToken(rig.server.url)
  let asked = 0
  const agent = rig.client({
    // Cached by the app until its connection is refused: no renewal helps.
    token: async () => (asked++ < 3 ? first : (await guestToken(rig.server.url, identity)).token),
  })
  const session = await agent.sessions.create()
  const view = session.view()
  const leave = view.subscribe(() => {})
  await when(agent.connection, ({ state }) => state === 'connected')
  await when(agent.connection, ({ state }) => state !== 'connected')
  await when(agent.connection, ({ state }) => state === 'connected')
  expect(await session.get()).toMatchObject({ sessionId: session.sessionId })
  leave()
})
