/** What one can do with an answer: stop it, copy it, rate it, ask for another. And how it may fail. */
import { expect, test } from './fixtures.ts'

test('P2: Stop ends an answer, and the model’s connection is closed', async ({ chat, model }) => {
  await model.next({ tokens: ['Once ', 'upon ', 'a time'], hold: 2 })
  await chat.ask('A story')
  await expect(chat.lastAnswer).toContainText('Once upon')
  await chat.stop.click()

  await expect(chat.lastAnswer).toContainText('You stopped this answer.')
  await expect(chat.lastAnswer).toContainText('Once upon')
  await expect(chat.lastAnswer).toHaveAttribute('aria-busy', 'false')
  await expect(chat.stop).toBeHidden()
  expect(await model.finished(1)).toMatchObject({ state: 'aborted' })
})

test('P2: Escape stops an answer', async ({ chat, model }) => {
  await model.next({ tokens: ['Once ', 'upon'], hold: 1 })
  await chat.ask('A story')
  await expect(chat.lastAnswer).toContainText('Once')
  await chat.message.press('Escape')
  await expect(chat.lastAnswer).toContainText('You stopped this answer.')
  expect(await model.finished(1)).toMatchObject({ state: 'aborted' })
})

test('Copy takes the answer as it was written', async ({ chat, model, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  const text = '**Bold**, and a list:\n\n- one\n- two\n\n```js\nlet a = 1\n```'
  await model.next({ text })
  await chat.ask('Something to copy')
  await chat.toHaveExchanges(1)
  const clipboard = () => chat.page.evaluate(() => navigator.clipboard.readText())

  await chat.action('Copy').click()
  await expect.poll(clipboard).toBe(text)
  await chat.action('Copy code').click()
  await expect.poll(clipboard).toBe('let a = 1')
})

test('a rating stays, shows in every tab, and can be taken back', async ({ chat, newTab }) => {
  await chat.ask('How am I?')
  await chat.toHaveExchanges(1)
  const second = await newTab(chat)
  const good = 'Good answer'
  const bad = 'Bad answer'

  await chat.action(good).click()
  for (const tab of [chat, second]) {
    await expect(tab.action(good)).toHaveAttribute('aria-pressed', 'true')
  }
  await second.action(bad).click()
  for (const tab of [chat, second]) {
    await expect(tab.action(good)).toHaveAttribute('aria-pressed', 'false')
    await expect(tab.action(bad)).toHaveAttribute('aria-pressed', 'true')
  }
  await chat.page.reload()
  await expect(chat.action(bad)).toHaveAttribute('aria-pressed', 'true')
  await chat.action(bad).click()
  for (const tab of [chat, second]) {
    await expect(tab.action(bad)).toHaveAttribute('aria-pressed', 'false')
  }
})

test('Regenerate answers the same question anew', async ({ chat, model }) => {
  await model.next({ text: 'Heads.' }, { tokens: ['Ta', 'ils.'], hold: 1 })
  await chat.ask('Heads or tails?')
  await expect(chat.lastAnswer).toContainText('Heads.')
  await chat.action('Regenerate').click()
  await expect(chat.lastAnswer).toContainText('Ta')
  await expect(chat.stop).toBeVisible()
  await model.release()
  await expect(chat.lastAnswer).toContainText('Tails.')
  await expect(chat.busyAnswer).toHaveCount(0)
  await expect(chat.questions).toHaveCount(1)

  const [first, second] = await model.requests()
  expect(second?.body.messages).toEqual(first?.body.messages)
})

test('G7: a model that refuses is a sentence, and Try again asks anew', async ({ chat, model }) => {
  await model.next({ fault: { kind: 'status', status: 401 } }, { text: 'Better now.' })
  await chat.ask('Does the key work?')
  await expect(chat.busyAnswer).toHaveCount(0)
  await expect(chat.lastAnswer).toContainText(/key/i)
  await expect(chat.lastAnswer).not.toContainText(/Simulated failure/)

  const again = chat.lastAnswer.getByRole('button', { name: 'Try again' })
  const other = chat.action('Regenerate')
  await again.or(other).first().click()
  await expect(chat.lastAnswer).toContainText('Better now.')
})

test('G7: an answer that breaks off keeps its text and says so', async ({ chat, model }) => {
  await model.next(
    { tokens: ['Half of ', 'it'], fault: { kind: 'truncate', afterTokens: 1 } },
    { text: 'All of it.' },
  )
  await chat.ask('Tell me all')
  await expect(chat.lastAnswer.getByRole('button', { name: 'Try again' })).toBeVisible()
  await expect(chat.lastAnswer).toContainText('Half of')
  await chat.lastAnswer.getByRole('button', { name: 'Try again' }).click()
  await expect(chat.lastAnswer).toContainText('All of it.')
  await expect(chat.busyAnswer).toHaveCount(0)
})

test('an answer at its length limit says so', async ({ chat, model }) => {
  await model.next({ text: 'As long as it may be', finishReason: 'length' })
  await chat.ask('Be long')
  await expect(chat.lastAnswer).toContainText('This answer reached its length limit.')
})
