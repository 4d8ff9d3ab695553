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
