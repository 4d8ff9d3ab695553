import { expect, test } from 'vitest'
import { createTokens, type Tokens } from './tokens.ts'

const secret = 'a secret of thirty-two characters'
const ttlMs = { 'agent-websocket/access': 60_000, 'agent-websocket/identity': 3_600_000 }

async function openTokens(): Promise<{ tokens: Tokens; putBack(ms: number): void }> {
  let nowMs = Date.UTC(2026, 0, 1)
  const tokens = await createTokens({ secret, ttlMs, now: () => nowMs })
  return {
    tokens,
    putBack(ms) {
      nowMs -= ms
    },
  }
}

test('U2: a token of ours outlives a clock that is put back, and a revocation ends it', async () => {
  const { tokens, putBack } = await openTokens()
  const { token } = await tokens.sign('ada', 'agent-websocket/identity')
  const before = await tokens.verify(token, 'agent-websocket/identity')
  expect(before.issuedAtMs).toBe(Date.UTC(2026, 0, 1))
  putBack(60_000)
  const after = await tokens.verify(token, 'agent-websocket/identity')
  expect(after).toEqual({ ...before, issuedAtMs: 0 })
})
