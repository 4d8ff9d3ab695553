/**
 * How much script the page loads before anybody has touched it: everything that the browser fetched until
 * the page is connected and the network is quiet, gzipped as a server would.
 */
import { gzipSync } from 'node:zlib'
import { ChatPage } from './chat-page.ts'
import { expect, test } from './fixtures.ts'

const limitBytes = 200_000

test('K4: the first load is at most 200 kB of script, gzipped', async ({ page }, info) => {
  const scripts = new Map<string, Promise<Buffer>>()
  page.on('response', (response) => {
    if (response.request().resourceType() !== 'script') return
    const body = response.body()
    // The last ones come as the test ends: they are counted, and nobody reads them.
    body.catch(() => {})
    scripts.set(response.url(), body)
  })
  const chat = new ChatPage(page)
  await page.goto('/')
  await chat.toBeConnected()
  await expect(chat.message).toBeFocused()
  await page.waitForLoadState('networkidle')

  const files = await Promise.all(
    [...scripts].map(async ([url, body]) => ({
      file: new URL(url).pathname.split('/').at(-1) ?? url,
      bytes: gzipSync(await body).length,
    })),
  )
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0)
  const lines = files
    .toSorted((a, b) => b.bytes - a.bytes)
    .map(({ file, bytes: own }) => `${own} ${file}`)
  info.annotations.push({ type: 'script, gzipped', description: `${bytes} bytes` })
  expect(files.length).toBeGreaterThan(4)
  expect(bytes, lines.join('\n')).toBeLessThanOrEqual(limitBytes)

  // What was left out comes with the first sign of somebody.
  const before = scripts.size
  await page.keyboard.press('h')
  await expect.poll(() => scripts.size).toBeGreaterThan(before)
})
