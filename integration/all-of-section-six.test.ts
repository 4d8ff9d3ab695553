/**
 * Every row of contract section 6 at once, against one server with the limits that it has by itself: each comes to what the
 * contract says, others are served, and the server has grown by less than 100 MB, at its peak and at the end.
 */
import { expect, test } from 'vitest'
import { residentBytes, residentBytesNow } from './harness/memory.ts'
import { openRaw, upgradeLines } from './harness/raw-socket.ts'
import { authSecret, rows } from './harness/section-six.ts'
import { startStrictServer } from './harness/strict-server.ts'

const mostGrowthBytes = 100 * 1024 * 1024
const maxConnections = 300

test('W1 to W7, L1 to L6: one server lives through all of contract section 6, in less than 100 MB', async () => {
  await using strict = await startStrictServer({
    AUTH_SECRET: authSecret,
    MAX_CONNECTIONS: String(maxConnections),
  })
  const { pid } = strict.server.child
  const idleBytes = residentBytesNow(pid)

  const meeting = Object.entries(rows).map(async ([row, [, meet]]) => {
    return [row, await meet(strict).catch((cause: unknown) => `failed: ${cause}`)]
  })
  const met = Object.fromEntries(await Promise.all(meeting))
  expect(met).toEqual(
    Object.fromEntries(Object.entries(rows).map(([row, [answer]]) => [row, answer])),
  )

  // Open before there is no room any more.
  await using last = await strict.open()
  {
    await using opened = new AsyncDisposableStack()
    const statuses = new Set<number>()
    for (let count = 0; count <= maxConnections && !statuses.has(503); count++) {
      const more = [`X-Forwarded-For: ${strict.newAddress()}`]
      const socket = opened.use(
        await openRaw(strict.server.port, { lines: upgradeLines({ more }) }),
      )
      statuses.add((await socket.answered).status)
    }
    expect([...statuses]).toEqual([101, 503])
  }

  expect(residentBytes(pid) - idleBytes).toBeLessThan(mostGrowthBytes)
  expect(residentBytesNow(pid) - idleBytes).toBeLessThan(mostGrowthBytes)

  last.send({ id: 1, method: 'query', params: { path: 'info' } })
  await last.until((text) => text.includes('agentName'))
  const stopped = strict.server.stop()
  expect(await last.ended).toMatchObject({ code: 1001 })
  expect(last.texts.at(-1)).toBe('{"id":null,"method":"reconnect"}')
  expect(await stopped).toMatchObject({ code: 0 })
})
