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
  await page.keyboard.press('Shift')
  await expect(page.getByRole('combobox', { name: 'Commands' })).toBeFocused()
  watch.connections.length = 0
})
