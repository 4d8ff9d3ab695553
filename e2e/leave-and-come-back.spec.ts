/** Reloads, tabs and browsers: the conversation is the same for all who look at it. */
import { expect, test } from './fixtures.ts'

const tokens = ['Red, ', 'green, ', 'blue.']

test('P3: a reload in the middle of an answer shows all of it, once', async ({ chat, model }) => {
  await model.next({ tokens, hold: 2 })
  await chat.ask('Which colours?')
  await expect(chat.lastAnswer).toContainText('Red, green,')

  await chat.page.reload()
  await expect(chat.lastAnswer).toContainText('Red, green,')
  await expect(chat.lastAnswer).toHaveAttribute('aria-busy', 'true')
  await model.release()
  await expect(chat.lastAnswer).toContainText('Red, green, blue.')
  await chat.toHaveExchanges(1)
  expect(await model.requests()).toHaveLength(1)
})

test('G12: an answer goes on while nobody looks', async ({ chat, model, newTab }) => {
  await model.next({ tokens, hold: 1 })
  await chat.ask('Which colours?')
  await expect(chat.lastAnswer).toContainText('Red,')
  const elsewhere = await newTab(chat)
  await elsewhere.page.goto('about:blank')
  await chat.page.close()

  await model.release()
  expect(await model.finished(1)).toMatchObject({ state: 'ended' })
  await elsewhere.open('/')
  await elsewhere.session('Which colours?').click()
  await expect(elsewhere.lastAnswer).toContainText('Red, green, blue.')
  await elsewhere.toHaveExchanges(1)
})

test('G1, P3: two tabs show the same, whichever of them asks', async ({ chat, model, newTab }) => {
  await model.next({ tokens, hold: 2 }, { text: 'Yellow.' })
  await chat.ask('Which colours?')
  await expect(chat.lastAnswer).toContainText('Red, green,')

  const second = await newTab(chat)
  await expect(second.lastAnswer).toContainText('Red, green,')
  await expect(second.lastAnswer).toHaveAttribute('aria-busy', 'true')
  await model.release()
  for (const tab of [chat, second]) await tab.toHaveExchanges(1)

  await second.ask('One more?')
  for (const tab of [chat, second]) {
    await tab.toHaveExchanges(2)
    await expect(tab.lastAnswer).toContainText('Yellow.')
  }
  await expect(async () => {
    expect(await chat.log.innerText()).toBe(await second.log.innerText())
  }).toPass()
})

test('G1, P3: two browsers of one guest show the same; Stop in one stops it in both', async ({
  chat,
  model,
  newBrowser,
}) => {
  await model.next({ tokens, hold: 2 })
  await chat.ask('Which colours?')
  await expect(chat.lastAnswer).toContainText('Red, green,')
  const phone = await newBrowser(chat)
  await expect(phone.lastAnswer).toContainText('Red, green,')
  await expect(phone.session('Which colours?')).toBeVisible()

  await phone.stop.click()
  for (const browser of [chat, phone]) {
    await expect(browser.lastAnswer).toContainText('You stopped this answer.')
    await browser.toHaveExchanges(1)
  }
})

test('G11: another guest’s session is as one that does not exist', async ({ chat, browser }) => {
  await chat.ask('Something private')
  await chat.toHaveExchanges(1)
  const stranger = await browser.newPage()
  await stranger.goto(chat.page.url())
  await expect(stranger.getByText('There is no such chat here.')).toBeVisible()
  await expect(stranger.getByText('Something private')).toHaveCount(0)
  await stranger.goto(new URL('/s/no-such-session', chat.page.url()).href)
  await expect(stranger.getByText('There is no such chat here.')).toBeVisible()
  await stranger.close()
})
