/** A proxy that refuses WebSocket: the page works over HTTP, and goes back when it may. */
import { expect, test } from './fixtures.ts'

test('C7, C8: where WebSocket is blocked the page goes on over HTTP, and comes back without a gap', async ({
  chat,
  model,
  network,
}) => {
  await chat.ask('Hello')
  await chat.toHaveExchanges(1)
  network.blockWebSocket()
  const hint = chat.page.getByText('over HTTP', { exact: true })
  await expect(hint).toBeVisible({ timeout: 60_000 })
  await chat.toBeConnected()
  await model.next({ tokens: ['Up, ', 'down, ', 'left, ', 'right.'], hold: 2 })
  await chat.ask('Directions?')
  await expect(chat.lastAnswer).toContainText('Up, down,')

  network.comeBack()
  await chat.page.evaluate(() => window.dispatchEvent(new Event('online')))
  await expect(hint).toBeHidden({ timeout: 60_000 })
  await chat.toBeConnected()
  await model.release()
  await expect(chat.lastAnswer).toContainText('Up, down, left, right.')
  await chat.toHaveExchanges(2)
})

test('C8: a page that was opened where WebSocket is blocked works over HTTP from the start', async ({
  chat,
  network,
}) => {
  network.blockWebSocket()
  await chat.page.reload()
  await expect(chat.page.getByText('over HTTP', { exact: true })).toBeVisible({ timeout: 60_000 })
  await chat.ask('Anyone?')
  await chat.toHaveExchanges(1)
})

test('C10: eight tabs over HTTP share the few connections of a browser: each shows what comes, and each can send', async ({
  chat,
  model,
  network,
  newTab,
}) => {
  test.slow()
  await chat.ask('Who is here?')
  await chat.toHaveExchanges(1)
  network.blockWebSocket()
  const tabs = [chat]
  for (let count = 1; count < 8; count++) tabs.push(await newTab(chat))
  for (const { page } of tabs) {
    await expect(page.getByText('over HTTP', { exact: true })).toBeVisible({ timeout: 60_000 })
  }
  // The one opened first, the one opened last, and one that is neither.
  for (const [asked, index] of [0, 7, 3].entries()) {
    await model.next({ text: `Tab ${index} asked.` })
    await tabs[index]?.ask(`I am tab ${index}.`)
    for (const tab of tabs) {
      await expect(tab.lastAnswer).toContainText(`Tab ${index} asked.`)
      await tab.toHaveExchanges(asked + 2)
    }
  }
})
