/** What is around the conversation: settings, palette, keyboard help, undo, export, unread marks. */
import { readFile } from 'node:fs/promises'
import type { ChatPage } from './chat-page.ts'
import { expect, test } from './fixtures.ts'
import { agentName } from './product/product.ts'

async function begin(chat: ChatPage, question: string): Promise<void> {
  await chat.open('/')
  await chat.ask(question)
  await chat.toHaveExchanges(1)
}

const sights = [
  { name: 'wide', options: { viewport: { width: 1280, height: 800 } } },
  { name: 'on a phone', options: { viewport: { width: 390, height: 844 }, hasTouch: true } },
]

for (const { name, options } of sights) {
  test.describe(name, () => {
    test.use(options)
    const isPhone = name !== 'wide'

    async function showSessions(chat: ChatPage): Promise<void> {
      if (isPhone) await chat.page.getByRole('button', { name: 'Open sessions' }).click()
    }

    test('P8: settings hold at once, and over reloads', async ({ chat }) => {
      const { page } = chat
      await showSessions(chat)
      await page.getByRole('button', { name: 'Settings' }).click()
      const dialog = page.getByRole('dialog', { name: 'Settings' })
      await dialog.getByRole('radio', { name: 'Dark' }).check()
      await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
      await dialog.getByRole('radio', { name: 'Ctrl Enter' }).check()
      await dialog.getByRole('radio', { name: 'Reduced' }).check()
      await expect(page.locator('html')).toHaveAttribute('data-motion', 'reduced')
      await dialog.getByRole('radio', { name: 'Deutsch' }).check()
      const german = page.getByRole('dialog', { name: 'Einstellungen' })
      await expect(german).toBeVisible()
      await expect(page.locator('html')).toHaveAttribute('lang', 'de')
      await page.reload()
      await expect(page.getByRole('status', { name: 'Verbindung' })).toHaveText('Verbunden')
      await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
      await expect(page.locator('html')).toHaveAttribute('data-motion', 'reduced')

      const field = page.getByRole('textbox', { name: 'Nachricht' })
      await field.fill('one')
      await field.press('Enter')
      await field.pressSequentially('two')
      await expect(field).toHaveValue('one\ntwo')
      await field.press('Control+Enter')
      await expect(page.getByRole('article', { name: /^Du/ })).toHaveText(/one\s*two/)
      // Left on its way, it would be asked in the next test.
      const answer = page.getByRole('article', { name: new RegExp(`^${agentName}`) })
      await expect(answer).toHaveAttribute('aria-busy', 'false')
    })

    test('P9: a deleted chat is hidden at once, comes back by Undo, and else is gone everywhere', async ({
      chat,
      newTab,
    }) => {
      await begin(chat, 'About pears')
      await begin(chat, 'About apples')
      const second = await newTab(chat)
      const { page } = chat
      await showSessions(chat)
      // Undo is there for eight seconds, and the spec may be late.
      await chat.lookAway()
      await chat.choose('About apples', 'Delete')
      await expect(page).toHaveURL(/\/$/)
      await expect(chat.session('About apples')).toHaveCount(0)
      const toast = page.getByRole('status').filter({ hasText: 'was deleted' })
      await expect(toast).toContainText('About apples')
      await toast.getByRole('button', { name: 'Undo' }).click()
      await chat.lookBack()
      await expect(page).toHaveURL(/\/s\//)
      await chat.toHaveExchanges(1)
      await showSessions(chat)
      await expect(chat.session('About apples')).toBeVisible()

      // Its page is left: another tab, which nobody has touched, finishes it.
      await chat.choose('About apples', 'Delete')
      await expect(chat.session('About apples')).toHaveCount(0)
      await page.goto('about:blank')
      await expect(second.page.getByText('This chat was deleted.')).toBeVisible()
    })

    test('P10: the palette finds chats and does what the menus do', async ({ chat }) => {
      await begin(chat, 'About pears')
      await begin(chat, 'About apples')
      const { page } = chat
      const field = page.getByRole('combobox', { name: 'Commands' })
      const open = async (query: string) => {
        await page.keyboard.press('Control+k')
        await field.fill(query)
      }
      await open('pears')
      await page.getByRole('option', { name: 'About pears' }).click()
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('About pears')

      await open('rename')
      await page.keyboard.press('Enter')
      await page.getByRole('textbox', { name: 'Title' }).fill('Orchard')
      await page.keyboard.press('Enter')
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('Orchard')

      await open('markdown')
      const download = page.waitForEvent('download')
      await page.keyboard.press('Enter')
      const file = await download
      expect(file.suggestedFilename()).toBe('orchard.md')
      expect(await readFile(await file.path(), 'utf8')).toContain('About pears')

      await open('theme dark')
      await page.keyboard.press('Enter')
      await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')

      await open('keyboard')
      await page.keyboard.press('Enter')
      await expect(page.getByRole('dialog', { name: 'Keyboard' })).toBeVisible()
      await page.keyboard.press('Escape')

      await open('new chat')
      await page.keyboard.press('Enter')
      await expect(page).toHaveURL(/\/$/)

      await open('nothing like it')
      await expect(page.getByText('Nothing was found.').last()).toBeVisible()
      await page.keyboard.press('Escape')
      await expect(field).toBeHidden()
    })

    test('P11: ? shows the keyboard, but not while one writes', async ({ chat }) => {
      const { page } = chat
      const help = page.getByRole('dialog', { name: 'Keyboard' })
      await chat.message.pressSequentially('?')
      await expect(chat.message).toHaveValue('?')
      await expect(help).toBeHidden()
      await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur())
      await page.keyboard.press('?')
      await expect(help).toContainText('New line')
      await page.keyboard.press('Escape')
      await expect(help).toBeHidden()
    })

    test('P12: an answer that ends elsewhere leaves a mark, until one looks', async ({
      chat,
      model,
    }) => {
      await model.next({ tokens: ['Slow ', 'and steady'], hold: 1 })
      await chat.ask('The slow one')
      await expect(chat.busyAnswer).toContainText('Slow')
      await showSessions(chat)
      await chat.newChat.click()
      // Elsewhere indeed: what ends before that has been looked at.
      await expect(chat.page).toHaveURL(/\/$/)
      await expect(chat.log).toHaveCount(0)
      await model.release()
      await showSessions(chat)
      const link = chat.session(/The slow one/)
      await expect(link).toContainText('unread')
      await link.click()
      await chat.toHaveExchanges(1)
      await showSessions(chat)
      await expect(link).not.toContainText('unread')
    })
  })
}
