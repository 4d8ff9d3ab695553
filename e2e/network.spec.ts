/** The network goes away and comes back: what was written is delivered, once. */
import type { ChatPage } from './chat-page.ts'
import { expect, test } from './fixtures.ts'
import type { Model } from './product/model.ts'

const waiting = 'Waiting for the network'

/** A session with one exchange, to be in the middle of. */
async function begin(chat: ChatPage): Promise<void> {
  await chat.ask('Hello')
  await chat.toHaveExchanges(1)
}

/** How often the model was asked this. */
async function timesAsked(model: Model, content: string): Promise<number> {
  const requests = await model.requests()
  return requests.filter(({ body }) => body.messages.at(-1)?.content === content).length
}

test('G5, P3: what is sent while the network is away waits, and is delivered once', async ({
  chat,
  model,
  network,
  context,
}) => {
  await begin(chat)
  network.goAway()
  await context.setOffline(true)
  await chat.toBeOffline()
  await chat.ask('Written on a train')
  await expect(chat.questions.last()).toContainText('Written on a train')
  await expect(chat.questions.last()).toContainText(waiting)
  await expect(chat.questions.last()).toHaveAccessibleName(/waiting for the network/)

  network.comeBack()
  await context.setOffline(false)
  await chat.toBeConnected()
  await chat.toHaveExchanges(2)
  await expect(chat.log).not.toContainText(waiting)
  expect(await timesAsked(model, 'Written on a train')).toBe(1)
})

test('G5: a question whose reply was lost on the way runs once', async ({
  chat,
  model,
  network,
}) => {
  await begin(chat)
  network.loseReplies()
  await chat.ask('Did you hear me?')
  await expect.poll(() => timesAsked(model, 'Did you hear me?')).toBe(1)
  network.comeBack()
  await chat.toHaveExchanges(2)
  await chat.toBeConnected()
  expect(await timesAsked(model, 'Did you hear me?')).toBe(1)
})

test('G2: an answer that went on without the network is whole when it is back', async ({
  chat,
  model,
  network,
}) => {
  await model.next({ tokens: ['Up, ', 'down, ', 'left, ', 'right.'], hold: 2 })
  await chat.ask('Directions?')
  await expect(chat.lastAnswer).toContainText('Up, down,')
  network.goAway()
  await chat.toBeOffline()
  await model.release()
  await model.finished(1)
  await expect(chat.lastAnswer).not.toContainText('left')

  network.comeBack()
  await expect(chat.lastAnswer).toContainText('Up, down, left, right.')
  await chat.toHaveExchanges(1)
})

test('C2: a message that waits outlives a reload, and is delivered once', async ({
  chat,
  model,
  network,
}) => {
  await begin(chat)
  network.goAway()
  await chat.toBeOffline()
  await chat.ask('Still here after the reload')
  await expect(chat.questions.last()).toContainText(waiting)

  await chat.page.reload()
  await expect(chat.log).toContainText('Still here after the reload')
  await expect(chat.log).toContainText(waiting)
  network.comeBack()
  await chat.toHaveExchanges(2)
  expect(await timesAsked(model, 'Still here after the reload')).toBe(1)
})

test('C2: two tabs with the same waiting message deliver it once', async ({
  chat,
  model,
  network,
  newTab,
}) => {
  await begin(chat)
  const second = await newTab(chat)
  network.goAway()
  for (const tab of [chat, second]) await tab.toBeOffline()
  await chat.ask('From two tabs')
  await expect(chat.questions.last()).toContainText(waiting)
  // It takes up what the other tab left in the outbox.
  await second.page.reload()
  await expect(second.log).toContainText('From two tabs')

  network.comeBack()
  for (const tab of [chat, second]) await tab.toHaveExchanges(2)
  expect(await timesAsked(model, 'From two tabs')).toBe(1)
})

test('C2: the first message of a conversation waits, and makes one session', async ({
  chat,
  model,
  network,
}) => {
  network.goAway()
  await chat.toBeOffline()
  await chat.ask('The very first')
  await expect(chat.questions).toContainText('The very first')
  await expect(chat.questions).toContainText(waiting)

  network.comeBack()
  await chat.toHaveExchanges(1)
  await expect(chat.session('The very first')).toHaveCount(1)
  await expect(chat.sessions.getByRole('link')).toHaveCount(1)
  expect(await timesAsked(model, 'The very first')).toBe(1)
})

test('C2: the first message of a conversation outlives a reload', async ({
  chat,
  model,
  network,
}) => {
  network.goAway()
  await chat.toBeOffline()
  await chat.ask('First, and reloaded')
  await expect(chat.questions).toContainText(waiting)

  await chat.page.reload()
  await expect(chat.log).toContainText('First, and reloaded')
  network.comeBack()
  await chat.toHaveExchanges(1)
  await expect(chat.sessions.getByRole('link')).toHaveCount(1)
  expect(await timesAsked(model, 'First, and reloaded')).toBe(1)
})

test('the first message of a conversation can be discarded, and leaves no session', async ({
  chat,
  model,
  network,
}) => {
  network.goAway()
  await chat.toBeOffline()
  await chat.ask('Never mind')
  await chat.questions.getByRole('button', { name: 'Discard' }).click()
  await expect(chat.log).toHaveCount(0)

  network.comeBack()
  await chat.toBeConnected()
  await chat.ask('This instead')
  await chat.toHaveExchanges(1)
  await expect(chat.sessions.getByRole('link')).toHaveText(['This instead'])
  expect(await timesAsked(model, 'Never mind')).toBe(0)
})

test('a waiting message can be discarded', async ({ chat, model, network }) => {
  await begin(chat)
  network.goAway()
  await chat.toBeOffline()
  await chat.ask('Never mind')
  await chat.questions.last().getByRole('button', { name: 'Discard' }).click()
  await expect(chat.questions).toHaveCount(1)

  network.comeBack()
  await chat.toBeConnected()
  await chat.ask('This instead')
  await chat.toHaveExchanges(2)
  expect(await timesAsked(model, 'Never mind')).toBe(0)
})

test('Try now tries at once', async ({ chat, network }) => {
  const { page } = chat
  // The page's time stands still but for these steps: it does not come back by itself meanwhile.
  await page.clock.install()
  await page.clock.pauseAt(await page.evaluate(() => Date.now() + 60_000))
  network.goAway()
  await expect(async () => {
    // Less than any wait before a try, so that none is under way when the countdown is seen.
    await page.clock.runFor(50)
    await expect(page.getByText(/^next try in \d+ s$/)).toBeVisible({ timeout: 500 })
  }).toPass()
  network.comeBack()
  await chat.tryNow()
  await chat.toBeConnected()
  await expect(page.getByRole('button', { name: 'Try now' })).toBeHidden()
})
