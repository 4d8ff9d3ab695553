/** Code that comes later, and cannot come at first. */
import { expect, test } from './fixtures.ts'

test('what could not be fetched is tried again at the next touch', async ({
  page,
  chat,
  watch,
}) => {
  await expect(chat.message).toBeVisible()
  let refused = 0
  const scripts = /\/_next\/static\/.*\.js/
  await page.route(scripts, (route) => {
    refused++
    return route.abort('internetdisconnected')
  })
  await page.keyboard.press('Control+k')
  // The page's own loader tries a second time by itself.
  await expect.poll(() => refused).toBeGreaterThan(1)
  await page.waitForLoadState('networkidle')
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await page.unroute(scripts)
  // The page may hear of the last refusal later than of the key: then that was no touch after it.
  await expect(async () => {
    await page.keyboard.press('Shift')
    await expect(page.getByRole('combobox', { name: 'Commands' })).toBeFocused({ timeout: 2_000 })
  }).toPass()
  watch.connections.length = 0
})

test('P25: the field for a word on a rating calls nobody back, where it comes late', async ({
  chat,
}) => {
  const { page } = chat
  const code = Promise.withResolvers<void>()
  const isOnItsWay = Promise.withResolvers<void>()
  let url = ''
  await page.route(/\/_next\/static\/.*\.js/, async (route) => {
    const response = await route.fetch()
    if ((await response.text()).includes('name:"comment","aria-label"')) {
      url = route.request().url()
      isOnItsWay.resolve()
      await code.promise
    }
    await route.fulfill({ response })
  })
  await chat.ask('Hello')
  await chat.toHaveExchanges(1)
  await chat.action('Good answer').click()
  await expect(chat.action('Good answer')).toHaveAttribute('aria-pressed', 'true')
  await isOnItsWay.promise
  await chat.message.fill('Something else')
  code.resolve()
  await page.waitForFunction((name) => performance.getEntriesByName(name).length > 0, url)
  // It has run when the page has nothing else to do.
  for (let rest = 0; rest < 5; rest++) {
    await page.evaluate(() => new Promise((resolve) => requestIdleCallback(resolve)))
  }
  await chat.message.press('!')
  await expect(chat.message).toHaveValue('Something else!')
  await expect(chat.message).toBeFocused()

  // Who stays there gets it.
  await chat.action('Bad answer').click()
  await expect(page.getByRole('textbox', { name: 'Comment' })).toBeFocused()
})
