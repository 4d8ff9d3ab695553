/** The time to undo a deletion: nobody has to be fast (WCAG 2.2.1). */
import { expect, test } from './fixtures.ts'

/** More than the time that there is. */
const longMs = 20_000

test('P9: the time stands still while the pointer or the focus is at the toast, and while nobody sees it', async ({
  chat,
  newTab,
}) => {
  const { page } = chat
  await page.clock.install()
  await chat.ask('About apples')
  await chat.toHaveExchanges(1)
  const other = await newTab(chat)
  await expect(other.session('About apples')).toBeVisible()
  const undo = page.getByRole('button', { name: 'Undo' })

  // Until the pointer is there: the spec may be late.
  await chat.lookAway()
  await chat.choose('About apples', 'Delete')
  await expect(chat.message).toBeFocused()
  await undo.hover()
  await chat.lookBack()
  await page.clock.fastForward(longMs)
  await expect(undo).toBeVisible()
  await undo.focus()
  await page.mouse.move(600, 600)
  await page.clock.fastForward(longMs)
  await expect(undo).toBeVisible()
  await chat.lookAway()
  await chat.message.focus()
  await page.clock.fastForward(longMs)
  await expect(undo).toBeVisible()
  await expect(other.page.getByText('This chat was deleted.')).toHaveCount(0)
  await undo.click()
  await chat.lookBack()
  await expect(chat.session('About apples')).toBeVisible()
  await chat.toHaveExchanges(1)

  // Who has been there and has left again has what was left of it.
  await chat.lookAway()
  await chat.choose('About apples', 'Delete')
  await undo.hover()
  await chat.lookBack()
  await page.clock.fastForward(longMs)
  await page.mouse.move(600, 600)
  await expect(undo).toBeVisible()
  await page.clock.fastForward(8_000)
  await expect(undo).toHaveCount(0)
  await expect(other.page.getByText('This chat was deleted.')).toBeVisible()
})

test('P9: a toast that is put aside holds nothing up', async ({ chat, newTab }) => {
  const { page } = chat
  await page.clock.install()
  await chat.ask('About apples')
  await chat.toHaveExchanges(1)
  const other = await newTab(chat)
  // Until it is put aside: the spec may be late.
  await chat.lookAway()
  await chat.choose('About apples', 'Delete')
  const toast = page.getByRole('status').filter({ hasText: 'was deleted' })
  await toast.getByRole('button', { name: 'Dismiss' }).click()
  await expect(toast).toHaveCount(0)
  await page.clock.fastForward(8_000)
  await expect(other.page.getByText('This chat was deleted.')).toBeVisible()
})
