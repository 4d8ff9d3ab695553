/** Questions that are asked while an answer runs. */
import { expect, test } from './fixtures.ts'

test('G6: what is asked meanwhile waits in sight, and is answered in its order', async ({
  chat,
  model,
  newTab,
}) => {
  await model.next({ tokens: ['A', 'lpha'], hold: 1 }, { text: 'Beta' }, { text: 'Gamma' })
  await chat.ask('First')
  await expect(chat.lastAnswer).toContainText('A')
  await chat.ask('Second')
  await chat.ask('Third')
  await expect(chat.queue.getByRole('listitem')).toHaveText([/Second/, /Third/])
  await expect(chat.questions).toHaveText('First')
  const second = await newTab(chat)
  await expect(second.queue.getByRole('listitem')).toHaveText([/Second/, /Third/])

  await model.release()
  for (const tab of [chat, second]) {
    await tab.toHaveExchanges(3)
    await expect(tab.questions).toHaveText(['First', 'Second', 'Third'])
    await expect(tab.answers).toContainText(['Alpha', 'Beta', 'Gamma'])
    await expect(tab.queue).toHaveCount(0)
  }
})

test('Withdraw takes a waiting question back', async ({ chat, model, newTab }) => {
  await model.next({ tokens: ['A', 'lpha'], hold: 1 })
  await chat.ask('First')
  await expect(chat.lastAnswer).toContainText('A')
  await chat.ask('Not this')
  await chat.ask('But this')
  await chat.inQueue('Not this', 'Withdraw').click()
  await expect(chat.queue.getByRole('listitem')).toHaveText([/But this/])
  // Here it is gone at once. Until the server knows it may begin; that it is withdrawn may be said over by a place.
  const other = await newTab(chat)
  await expect(other.queue.getByRole('listitem')).toHaveText([/But this/])

  await model.release()
  await chat.toHaveExchanges(2)
  await expect(chat.questions).toHaveText(['First', 'But this'])
  const asked = (await model.requests()).map(({ body }) => body.messages.at(-1)?.content)
  expect(asked).toEqual(['First', 'But this'])
})

test('Stop ends the running answer alone: the next question is answered', async ({
  chat,
  model,
}) => {
  await model.next({ tokens: ['A', 'lpha'], hold: 1 }, { text: 'Beta' })
  await chat.ask('First')
  await expect(chat.lastAnswer).toContainText('A')
  await chat.ask('Second')
  await expect(chat.queued('Second')).toBeVisible()
  await chat.stop.click()
  await chat.toHaveExchanges(2)
  await expect(chat.answers).toContainText(['You stopped this answer.', 'Beta'])
})
