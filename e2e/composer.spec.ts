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

test('P21: a message that is too long says by how much before it is sent, and stays', async ({
  chat,
  model,
}) => {
  const text = 'word '.repeat(13_200).trim()
  await chat.message.fill(text.slice(0, 65_000))
  await expect(chat.message).toHaveAccessibleDescription('537 characters left.')
  await chat.ask(text)
  await expect(chat.message).toHaveAccessibleDescription(
    'Too long by 463 characters. Shorten it to send it.',
  )
  await expect(chat.send).toBeDisabled()
  await expect(chat.message).toHaveValue(text)
  await chat.message.fill(text.slice(0, 65_536))
  await expect(chat.message).toHaveAccessibleDescription('0 characters left.')
  await chat.message.press('Enter')
  await chat.toHaveExchanges(1)
  expect((await model.requests())[0]?.body.messages.at(-1)?.content).toHaveLength(65_536)
})

test('P21: too many messages in a minute: one sees when it is tried again, and it is sent by itself', async ({
  chat,
  server,
}) => {
  // Up to a minute of it is the rate's.
  test.slow()
  // Few, so that a slow machine asks them within the minute.
  await server.restart('directed', { QUERIES_PER_MINUTE: '2' })
  await chat.toBeConnected()
  for (let number = 1; number <= 2; number++) {
    await chat.ask(`Question ${number}`)
    await chat.toHaveExchanges(number)
  }
  await chat.ask('One too many')
  await expect(chat.questions.last()).toContainText('One too many')
  await expect(chat.questions.last()).toContainText(
    /Too many messages at once. Tried again in \d+ s\./,
  )
  await expect(chat.answers).toHaveCount(3, { timeout: 120_000 })
  await chat.toHaveExchanges(3)
})

test('P21: what one has begun to write is kept per session, over a reload too', async ({
  chat,
}) => {
  const { page } = chat
  await chat.ask('About apples')
  await chat.toHaveExchanges(1)
  await chat.message.fill('More about apples')
  await chat.newChat.click()
  await expect(chat.message).toHaveValue('')
  await chat.message.fill('Something new')
  await chat.session('About apples').click()
  await expect(chat.message).toHaveValue('More about apples')
  await page.reload()
  await expect(chat.message).toHaveValue('More about apples')
  await chat.newChat.click()
  await expect(chat.message).toHaveValue('Something new')
})

test('P21, P25: what one has typed before the script is there stays, behind what was kept', async ({
  chat,
}) => {
  const { page } = chat
  /** Opens it without its script, types, and lets the script come. */
  const typeEarly = async (text: string) => {
    const typed = Promise.withResolvers<void>()
    await page.route(/\/_next\/static\/.*\.js/, async (route) => {
      await typed.promise
      await route.fallback()
    })
    await page.goto('/', { waitUntil: 'commit' })
    await chat.message.pressSequentially(text)
    typed.resolve()
    await chat.toBeConnected()
    await page.unrouteAll({ behavior: 'wait' })
  }
  await typeEarly('First')
  await expect(chat.message).toHaveValue('First')
  await typeEarly('Second')
  await expect(chat.message).toHaveValue('First\n\nSecond')
  await page.reload()
  await chat.toBeConnected()
  await expect(chat.message).toHaveValue('First\n\nSecond')
  await chat.message.press('Enter')
  await chat.toHaveExchanges(1)
  await expect(chat.message).toHaveValue('')
})

test('P21: the field grows with its text, and scrolls from there on', async ({ chat }) => {
  const height = () => chat.message.evaluate((field) => field.clientHeight)
  const one = await height()
  await chat.message.fill('a\nb\nc\nd')
  await expect.poll(height).toBeGreaterThan(one + 60)
  await chat.message.fill('line\n'.repeat(100))
  await expect.poll(height).toBeLessThan(330)
  await expect(chat.send).toBeInViewport()
})
