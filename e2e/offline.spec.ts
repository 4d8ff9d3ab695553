/** The page without any network: it opens, says what is missing, and keeps nothing that was said. */
import type { Page } from '@playwright/test'
import { expect, test } from './fixtures.ts'

/** The worker has the page and what it loaded, or has asked for. */
async function toBeKept(page: Page): Promise<void> {
  const loaded = () =>
    page.evaluate(async () => {
      await navigator.serviceWorker.ready
      const files = performance.getEntriesByType('resource').map(({ name }) => name)
      const asked = [...document.scripts].map(({ src }) => src)
      const build = [...files, ...asked].filter((name) => name.includes('/_next/static/'))
      const kept = await Promise.all(build.map((name) => caches.match(name)))
      const shells = await Promise.all(['/', '/s/-'].map((path) => caches.match(path)))
      return build.length > 0 && [...kept, ...shells].every((response) => response !== undefined)
    })
  await expect.poll(loaded).toBe(true)
}

/** Every word that the worker keeps. */
function keptText(page: Page): Promise<{ urls: string[]; text: string }> {
  return page.evaluate(async () => {
    const urls: string[] = []
    let text = ''
    for (const name of await caches.keys()) {
      const cache = await caches.open(name)
      for (const request of await cache.keys()) {
        urls.push(new URL(request.url).pathname)
        text += (await (await cache.match(request))?.text()) ?? ''
      }
    }
    return { urls, text }
  })
}

for (const viewport of [
  { width: 1280, height: 800 },
  { width: 390, height: 844 },
]) {
  test.describe(`at ${viewport.width}`, () => {
    test.use({ viewport })

    test('P13: without a network the page opens and says what is missing; what one writes is sent later', async ({
      chat,
      context,
      network,
      model,
    }) => {
      const { page } = chat
      await model.next({ text: 'A most peculiar answer' })
      await chat.ask('A most peculiar question')
      await chat.toHaveExchanges(1)
      await toBeKept(page)
      const { urls, text } = await keptText(page)
      expect(urls.filter((url) => !url.startsWith('/_next/static/')).sort()).toEqual(['/', '/s/-'])
      expect(text).not.toContain('most peculiar')
      const token = /eyJ[\w-]+\.eyJ[\w-]+\./
      expect(token.test(text)).toBe(false)

      network.goAway()
      await context.setOffline(true)
      await page.reload()
      await chat.toBeOffline()
      await expect(page.getByText(/This chat is on the server/)).toBeVisible()
      await expect(page.getByRole('button', { name: 'Try now' })).toBeVisible()
      await page.keyboard.press('Control+k')
      await expect(page.getByRole('combobox', { name: 'Commands' })).toBeFocused()
      await page.keyboard.press('Escape')
      await chat.ask('Written offline')

      network.comeBack()
      await context.setOffline(false)
      await chat.toBeConnected()
      await chat.toHaveExchanges(2)
      await expect(chat.questions.last()).toHaveText('Written offline')
    })
  })
}

test('P13: what is on its way while the worker begins is kept too', async ({ chat, context }) => {
  const { page } = chat
  const { promise: begun, resolve: onBegun } = Promise.withResolvers<void>()
  let late = ''
  await context.route(/\/_next\/static\/.*\.js$/, async (route) => {
    if (late === '' && !route.request().serviceWorker()) {
      late = route.request().url()
      await begun
    }
    await route.continue()
  })
  await page.keyboard.press('Shift')
  await expect.poll(() => late).not.toBe('')
  await page.evaluate(async () => void (await navigator.serviceWorker.ready))
  onBegun()
  await toBeKept(page)
  expect(await page.evaluate(async (url) => Boolean(await caches.match(url)), late)).toBe(true)
})

test('P13: the page can be installed', async ({ page, request, chat }) => {
  await expect(chat.message).toBeVisible()
  const link = page.locator('link[rel="manifest"]')
  const manifest = await (await request.get((await link.getAttribute('href')) ?? '')).json()
  expect(manifest).toMatchObject({ start_url: '/', scope: '/', display: 'standalone', lang: 'en' })
  for (const { src, sizes } of manifest.icons) {
    const size = await page.evaluate(async (url) => {
      const image = new Image()
      image.src = url
      await image.decode()
      return `${image.naturalWidth}x${image.naturalHeight}`
    }, src)
    expect(size).toBe(sizes)
  }
})

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true })

  test('P5: after Undo the message field keeps the focus, and what one writes offline appears', async ({
    chat,
    network,
  }) => {
    const { page } = chat
    await chat.ask('Kept after all')
    await chat.toHaveExchanges(1)
    await page.getByRole('button', { name: 'Open sessions' }).click()
    await expect(page.getByRole('dialog')).toBeVisible()
    await page.keyboard.press('Escape')
    await expect(page.getByRole('dialog')).toHaveCount(0)
    await expect(page.getByRole('button', { name: 'Open sessions' })).toBeFocused()
    await page.getByRole('button', { name: 'Open sessions' }).click()
    await chat.lookAway()
    await chat.choose('Kept after all', 'Delete')
    await page.getByRole('button', { name: 'Undo' }).click()
    await chat.lookBack()
    await expect(chat.questions).toHaveCount(1)
    network.goAway()
    await chat.toBeOffline()
    await chat.ask('Written in a tunnel')
    await expect(chat.questions.last()).toContainText('Waiting for the network')
  })
})
