/** What a fast person, or two hands, make the page do while it is still at something else. */
import { sessionUrl } from './chat-page.ts'
import { expect, test } from './fixtures.ts'

test('G5: a message is sent once, whatever is pressed twice', async ({ chat, model }) => {
  await chat.message.fill('Once')
  // Two keys without a pause of the page between them.
  await Promise.all([chat.page.keyboard.press('Enter'), chat.page.keyboard.press('Enter')])
  await chat.toHaveExchanges(1)
  await chat.message.fill('Twice')
  await chat.send.dblclick()
  await chat.toHaveExchanges(2)
  await chat.lastAnswer.hover()
  await chat.action('Regenerate').dblclick()
  await expect(chat.log.getByText('2/2')).toBeVisible()
  await expect(chat.busyAnswer).toHaveCount(0)
  await chat.ask('Third')
  await chat.toHaveExchanges(3)
  expect((await model.requests()).length).toBe(4)
})

for (const wait of ['nothing', 'the question', 'the address', 'the first text'] as const) {
  test(`C2: sent, and reloaded after ${wait}: one question, one answer`, async ({
    chat,
    model,
  }) => {
    const { page } = chat
    await model.next({ tokens: ['It ', 'begins'], hold: 1 })
    await chat.ask('About apples')
    if (wait === 'the question') await expect(chat.questions).toHaveCount(1)
    if (wait === 'the address') await expect(page).toHaveURL(sessionUrl)
    if (wait === 'the first text') await expect(chat.lastAnswer).toContainText('It')
    await page.reload()
    await chat.toBeConnected()
    await expect(chat.lastAnswer).toContainText('It')
    await model.release()
    await chat.toHaveExchanges(1)
    await expect(chat.lastAnswer).toContainText('It begins')
    await expect(page).toHaveURL(sessionUrl)
    await expect(chat.session('About apples')).toHaveCount(1)
    expect((await model.requests()).length).toBe(1)
  })
}

test('G1: sent in two tabs at once, both are answered, in one order', async ({ chat, newTab }) => {
  await chat.ask('Before')
  await chat.toHaveExchanges(1)
  const other = await newTab(chat)
  await other.toHaveExchanges(1)
  await chat.message.fill('Left')
  await other.message.fill('Right')
  await Promise.all([chat.message.press('Enter'), other.message.press('Enter')])
  await chat.toHaveExchanges(3)
  await other.toHaveExchanges(3)
  const said = await chat.questions.allInnerTexts()
  await expect(other.questions).toHaveText(said)
  await expect(chat.message).toHaveValue('')
  await expect(other.message).toHaveValue('')
})

test('P9: a chat that is deleted while it answers, and comes back, goes on answering', async ({
  chat,
  model,
}) => {
  const { page } = chat
  await model.next({ tokens: ['It ', 'goes on'], hold: 1 })
  await chat.ask('About apples')
  await expect(chat.busyAnswer).toContainText('It')
  await chat.lookAway()
  await chat.choose('About apples', 'Delete')
  await expect(chat.message).toHaveValue('')
  await expect(chat.stop).toHaveCount(0)
  await page.getByRole('button', { name: 'Undo' }).click()
  await chat.lookBack()
  await expect(chat.busyAnswer).toContainText('It')
  await model.release()
  await chat.toHaveExchanges(1)
  await expect(chat.lastAnswer).toContainText('It goes on')
})

test('P18: a title that comes while the field to rename is open is not taken back', async ({
  chat,
  newTab,
}) => {
  await chat.ask('About apples')
  await chat.toHaveExchanges(1)
  const other = await newTab(chat)
  await other.choose('About apples', 'Rename')
  const field = other.page.getByRole('textbox', { name: 'Title' })
  await expect(field).toBeFocused()
  await chat.choose('About apples', 'Rename')
  await chat.page.getByRole('textbox', { name: 'Title' }).fill('Orchard')
  await chat.page.keyboard.press('Enter')
  await expect(chat.page).toHaveTitle(/^Orchard/)
  await expect(other.page).toHaveTitle(/^Orchard/)
  await field.press('Enter')
  await expect(other.session('Orchard')).toBeVisible()
  await other.page.reload()
  await expect(other.session('Orchard')).toBeVisible()
})

test('P3: back and forward in the middle of an answer, and Esc of another chat stops nothing', async ({
  chat,
  model,
}) => {
  const { page } = chat
  await chat.ask('About pears')
  await chat.toHaveExchanges(1)
  await chat.newChat.click()
  await model.next({ tokens: ['It ', 'goes on'], hold: 1 })
  await chat.ask('About apples')
  await expect(chat.busyAnswer).toContainText('It')
  await page.goBack()
  await page.goBack()
  await expect(chat.questions).toHaveText('About pears')
  await chat.message.press('Escape')
  await page.goForward()
  await page.goForward()
  await expect(chat.busyAnswer).toContainText('It')
  await page.goBack()
  await page.goForward()
  await model.release()
  await chat.toHaveExchanges(1)
  await expect(chat.lastAnswer).toContainText('It goes on')
})

test('P8: language, theme and send key change while an answer streams, a draft stands and a message waits', async ({
  chat,
  model,
}) => {
  const { page } = chat
  await model.next({ tokens: ['It ', 'goes on'], hold: 1 })
  await chat.ask('About apples')
  await expect(chat.busyAnswer).toContainText('It')
  await chat.ask('About pears')
  await expect(chat.queued('About pears')).toBeVisible()
  await chat.message.fill('Half a sen')
  await chat.sessions.getByRole('button', { name: 'Settings' }).click()
  const dialog = page.getByRole('dialog', { name: 'Settings' })
  await dialog.getByRole('radio', { name: 'Dark' }).check()
  await dialog.getByRole('radio', { name: 'Ctrl Enter' }).check()
  await dialog.getByRole('radio', { name: 'Deutsch' }).check()
  await expect(page.getByRole('dialog', { name: 'Einstellungen' })).toBeVisible()
  await page.keyboard.press('Escape')
  const field = page.getByRole('textbox', { name: 'Nachricht' })
  await expect(field).toHaveValue('Half a sen')
  await expect(page.locator('article[aria-busy="true"]')).toContainText('It')
  await model.release()
  await expect(page.locator('article[aria-busy="true"]')).toHaveCount(0)
  await expect(page.getByRole('article', { name: /^agent_websocket/ })).toHaveCount(2)
  await field.press('Control+Enter')
  await expect(page.getByRole('article', { name: /^Du/ })).toHaveText([
    /About apples/,
    /About pears/,
    /Half a sen/,
  ])
  await expect(page.getByRole('article', { name: /^agent_websocket/ })).toHaveCount(3)
})

test('P20: what one writes into a waiting message is there when one comes back to its chat', async ({
  chat,
  model,
  newTab,
}) => {
  await model.next({ tokens: ['It ', 'goes on'], hold: 1 })
  await chat.ask('About apples')
  await expect(chat.busyAnswer).toContainText('It')
  await chat.ask('About pears')
  await chat.inQueue('About pears', 'Edit').click()
  await chat.queueField.fill('About pears and figs')
  await chat.newChat.click()
  await expect(chat.message).toHaveValue('')
  await chat.session('About apples').click()
  await expect(chat.queueField).toHaveValue('About pears and figs')
  await chat.queueField.press('Enter')
  // Here it shows at once. Until the server has it the message may begin as it was.
  const other = await newTab(chat)
  await expect(other.queued('About pears and figs')).toContainText('Queued, place 1')
  await model.release()
  await chat.toHaveExchanges(2)
  await expect(chat.questions.last()).toContainText('About pears and figs')
})
