/** The agent server is killed, and starts again. */
import { expect, test } from './fixtures.ts'

test('G3, P3: kill -9 in the middle of an answer and a new start: the answer is whole, once', async ({
  chat,
  model,
  server,
}) => {
  const tokens = ['North, ', 'east, ', 'south, ', 'west.']
  await model.next({ tokens, hold: 2 }, { tokens, hold: 3 })
  await chat.ask('Name the winds')
  await expect(chat.lastAnswer).toContainText('North, east,')

  await server.kill()
  await chat.toBeOffline()
  await expect(chat.questions).toHaveText('Name the winds')
  await server.start()
  await chat.toBeConnected()

  await expect(chat.lastAnswer).toContainText('North, east, south,')
  await expect(chat.lastAnswer).toHaveAttribute('aria-busy', 'true')
  await model.release()
  await expect(chat.lastAnswer).toContainText('North, east, south, west.')
  await chat.toHaveExchanges(1)
  expect(await model.requests()).toHaveLength(2)

  await chat.page.reload()
  await expect(chat.lastAnswer).toContainText('North, east, south, west.')
  await expect(chat.lastAnswer).not.toContainText(/North.*North/s)
  await chat.toHaveExchanges(1)
})

test('G4: what waits in the queue outlives a kill -9', async ({ chat, model, server }) => {
  await model.next({ tokens: ['One', ' two'], hold: 1 }, { text: 'One two' }, { text: 'Three' })
  await chat.ask('First')
  await expect(chat.lastAnswer).toContainText('One')
  await chat.ask('Second')
  await expect(chat.queued('Second')).toBeVisible()
  await expect(chat.queued('Second')).not.toContainText('Sending')

  await server.kill()
  await chat.toBeOffline()
  await server.start()
  await chat.toHaveExchanges(2)
  await expect(chat.questions).toHaveText(['First', 'Second'])
  await expect(chat.answers).toContainText(['One two', 'Three'])
  await expect(chat.queue).toHaveCount(0)
})

test('a page that opens while the server is down waits for it', async ({ chat, server }) => {
  await chat.ask('Before')
  await chat.toHaveExchanges(1)
  await server.kill()
  await chat.page.reload()
  await chat.toBeOffline()
  await expect(chat.message).toBeEditable()
  await server.start()
  await chat.toBeConnected()
  await chat.toHaveExchanges(1)
})
