/** Hands that are faster than the page: what is typed right after going somewhere is of the place where one went. */
import type { Locator } from '@playwright/test'
import type { ChatPage } from './chat-page.ts'
import { expect, test } from './fixtures.ts'

/**
 * Presses it, and types, within one task of the page: as keys come that have waited. Nothing that a page does a
 * little later has happened by then. Gives what the field has.
 */
function pressAndType(what: Locator, typed: string): Promise<string> {
  return what.evaluate(async (element, text) => {
    if (!(element instanceof HTMLElement)) throw new Error('not to be pressed')
    element.click()
    await null
    const key = new KeyboardEvent('keydown', { key: text.slice(0, 1), bubbles: true })
    document.activeElement?.dispatchEvent(key)
    document.execCommand('insertText', false, text)
    await null
    return document.querySelector('textarea')?.value ?? ''
  }, typed)
}

/** Next's router follows when the page has nothing else to do: before that it may put an earlier address back. */
const routerToFollow = ({ page }: ChatPage) =>
  page.evaluate(() => new Promise((resolve) => requestIdleCallback(resolve)).then(() => {}))

async function begin(chat: ChatPage, question: string): Promise<void> {
  await chat.newChat.click()
  await chat.ask(question)
  await expect(chat.session(question)).toHaveAttribute('aria-current', 'page')
  await chat.toHaveExchanges(1)
}

test('P25: what is typed in the task of the click is in the new place, and in no other', async ({
  chat,
}) => {
  await begin(chat, 'About apples')
  await begin(chat, 'About pears')
  await chat.message.fill('More of pears')

  expect(await pressAndType(chat.newChat, 'Plums')).toBe('Plums')
  expect(await pressAndType(chat.session('About apples'), 'More of apples')).toBe('More of apples')
  await expect(chat.questions).toHaveText('About apples')
  expect(await pressAndType(chat.session('About pears'), ' and figs')).toBe(
    'More of pears and figs',
  )
  expect(await pressAndType(chat.newChat, ' and figs')).toBe('Plums and figs')

  await chat.session('About apples').click()
  await expect(chat.message).toHaveValue('More of apples')
  // The router agrees about where one is: back, forward, a reload.
  const { page } = chat
  await routerToFollow(chat)
  await page.goBack()
  await expect(chat.message).toHaveValue('Plums and figs')
  await expect(page).toHaveTitle('agent_websocket')
  await routerToFollow(chat)
  await page.goBack()
  await expect(chat.message).toHaveValue('More of pears and figs')
  await expect(page).toHaveTitle(/^About pears/)
  await routerToFollow(chat)
  await page.goForward()
  await page.goForward()
  await expect(chat.message).toHaveValue('More of apples')
  await routerToFollow(chat)
  await page.reload()
  await expect(chat.message).toHaveValue('More of apples')
  await expect(chat.questions).toHaveText('About apples')
})

test('P25: places pressed one after another in one task: the last one is shown, and stays', async ({
  chat,
}) => {
  const { page } = chat
  await begin(chat, 'About apples')
  await begin(chat, 'About pears')
  await chat.sessions.evaluate((nav) => {
    const links = [...nav.querySelectorAll('a')]
    const button = nav.querySelector('button')
    for (const each of [links[1], button, links[0], button, links[1]]) each?.click()
  })
  await expect(chat.questions).toHaveText('About apples')
  await expect(chat.session('About apples')).toHaveAttribute('aria-current', 'page')
  const address = (await chat.session('About apples').getAttribute('href')) ?? ''
  await expect(page).toHaveURL(new RegExp(`${address}$`))
  await page.evaluate(() => {
    history.back()
    history.back()
  })
  await expect(page).not.toHaveURL(new RegExp(`${address}$`))
  await expect.poll(() => page.evaluate(() => document.title)).toMatch(/pears|^agent_websocket$/)
  await page.reload()
  await chat.toBeConnected()
})

test('P25: Ctrl K, a name, Enter, and on: what is typed next is in the chat that was chosen', async ({
  chat,
}) => {
  const { page } = chat
  const { keyboard } = page
  await begin(chat, 'About apples')
  await begin(chat, 'About pears')
  const field = page.getByRole('combobox', { name: 'Commands' })
  // Its code is there: without it there is nothing to wait for, and the keys are the page's.
  await keyboard.press('Control+k')
  await expect(field).toBeFocused()
  await keyboard.press('Escape')
  await expect(field).toBeHidden()
  await chat.message.fill('More of pears')
  // Before the palette can be there: the keys are its own all the same, and Enter sends nothing.
  const taken = await page.evaluate(() => {
    const press = (key: string, ctrlKey = false) => {
      const init = { key, ctrlKey, bubbles: true, cancelable: true }
      return !document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', init))
    }
    press('k', true)
    return [...'applex', 'Backspace', 'Enter'].map((key) => press(key))
  })
  expect(taken).not.toContain(false)
  await expect(field).toHaveValue('apple')
  await expect(field).toBeFocused()
  await keyboard.type('s')
  await expect(page.getByRole('option')).toHaveText(['About apples'])
  await expect(page.getByRole('option')).toHaveAttribute('aria-selected', 'true')
  await keyboard.press('Enter')
  await keyboard.type('Typed at once')
  await expect(chat.message).toHaveValue('Typed at once')
  await expect(chat.questions).toHaveText('About apples')
  await chat.session('About pears').click()
  await expect(chat.message).toHaveValue('More of pears')
  await expect(chat.questions).toHaveText('About pears')
})

test('P10: a name that is written faster than it is looked for: what is found is marked, and Enter goes there', async ({
  chat,
}) => {
  const { page } = chat
  await begin(chat, 'About apples')
  await begin(chat, 'About pears')
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox', { name: 'Commands' }).fill('apples')
  const found = page.getByRole('option')
  await expect(found).toHaveText(['About apples'])
  await expect(found).toHaveAttribute('aria-selected', 'true')
  await page.keyboard.press('Enter')
  await expect(chat.questions).toHaveText('About apples')
})

test('P25: what is written while a conversation becomes a session goes along, and Enter counts', async ({
  chat,
  network,
  model,
}) => {
  network.goAway()
  await chat.toBeOffline()
  await chat.ask('First')
  await expect(chat.questions).toHaveText(/^First/)
  await chat.message.pressSequentially('Second')
  await chat.message.press('Enter')
  network.comeBack()
  await chat.toHaveExchanges(2)
  await expect(chat.questions).toHaveText(['First', 'Second'])
  await expect(chat.message).toHaveValue('')
  expect((await model.requests()).length).toBe(2)
})

test('P25: half a sentence that one writes meanwhile is there afterwards', async ({
  chat,
  network,
}) => {
  network.goAway()
  await chat.toBeOffline()
  await chat.ask('First')
  await chat.message.fill('Second, and th')
  network.comeBack()
  await chat.toHaveExchanges(1)
  await expect(chat.page).toHaveURL(/\/s\//)
  await expect(chat.message).toHaveValue('Second, and th')
  await expect(chat.message).toBeFocused()
  await chat.newChat.click()
  await expect(chat.message).toHaveValue('')
})
