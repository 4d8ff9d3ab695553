/** Writing a message: Enter, Shift+Enter, and input methods. */
import { expect, test } from './fixtures.ts'

test('P2: Shift+Enter breaks the line, Enter sends', async ({ chat, model }) => {
  await chat.message.pressSequentially('One line')
  await chat.message.press('Shift+Enter')
  await chat.message.pressSequentially('and another')
  await expect(chat.message).toHaveValue('One line\nand another')
  await chat.message.press('Enter')
  await chat.toHaveExchanges(1)
  const [request] = await model.requests()
  expect(request?.body.messages.at(-1)?.content).toBe('One line\nand another')
})

test('P2: Enter does not send while an input method is composing', async ({
  chat,
  model,
  context,
}) => {
  const browser = await context.newCDPSession(chat.page)
  await chat.message.focus()
  const compose = (text: string) =>
    browser.send('Input.imeSetComposition', {
      text,
      selectionStart: text.length,
      selectionEnd: text.length,
    })
  await compose('に')
  await compose('にほん')
  // The Enter that chooses a candidate belongs to the input method.
  const enter = { key: 'Enter', code: 'Enter', windowsVirtualKeyCode: 229 }
  await browser.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', ...enter })
  await browser.send('Input.insertText', { text: '日本' })
  await browser.send('Input.dispatchKeyEvent', { type: 'keyUp', ...enter })
  await expect(chat.message).toHaveValue('日本')
  await expect(chat.log).toHaveCount(0)

  // Safari ends the composition first, and then sends its Enter, with the code 229.
  await chat.message.dispatchEvent('keydown', { key: 'Enter', keyCode: 229, bubbles: true })
  // Others say so in a flag alone.
  await chat.message.dispatchEvent('keydown', { key: 'Enter', isComposing: true, bubbles: true })
  await expect(chat.message).toHaveValue('日本')
  expect(await model.requests()).toEqual([])

  await chat.message.press('Enter')
  await chat.toHaveExchanges(1)
  await expect(chat.questions).toHaveText('日本')
})

test('P2: nothing and blanks are not sent', async ({ chat }) => {
  await chat.message.press('Enter')
  await chat.message.fill('  \n ')
  await chat.message.press('Enter')
  await expect(chat.send).toBeDisabled()
  await expect(chat.log).toHaveCount(0)
  await expect(chat.page).toHaveURL(/\/$/)
})

test('a message that is too long for the server is refused, and not lost', async ({ chat }) => {
  await chat.ask('Hello')
  await chat.toHaveExchanges(1)
  await chat.ask('word '.repeat(14_000))
  await expect(chat.questions.last()).toHaveAccessibleName(/not sent/)
  await chat.questions.last().getByRole('button', { name: 'Discard' }).click()
  await expect(chat.questions).toHaveCount(1)
  await chat.toBeConnected()
})
