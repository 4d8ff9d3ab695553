/** The sessions at the side. */
import { readFile } from 'node:fs/promises'
import type { ChatPage } from './chat-page.ts'
import { sessionUrl } from './chat-page.ts'
import { expect, test } from './fixtures.ts'

/** A new session that begins with this question. */
async function begin(chat: ChatPage, question: string): Promise<void> {
  await chat.newChat.click()
  await chat.ask(question)
  await expect(chat.page).toHaveURL(sessionUrl)
  await chat.toHaveExchanges(1)
  await expect(chat.session(question)).toHaveAttribute('aria-current', 'page')
}

test('New chat begins a conversation; the sessions stand with the latest first', async ({
  chat,
}) => {
  await begin(chat, 'About apples')
  await begin(chat, 'About pears')
  await expect(chat.sessions.getByRole('link')).toHaveText(['About pears', 'About apples'])

  await chat.newChat.click()
  await expect(chat.page).toHaveURL(/\/$/)
  await expect(chat.log).toHaveCount(0)
  await expect(chat.message).toBeFocused()
})

test('back and forward go between conversations without a reload', async ({ chat, model }) => {
  const { page } = chat
  await model.next({ text: 'Green.' }, { text: 'Yellow.' })
  await begin(chat, 'About apples')
  await begin(chat, 'About pears')
  await page.evaluate(() => {
    document.documentElement.dataset.sameDocument = 'yes'
  })

  await chat.session('About apples').click()
  await expect(chat.lastAnswer).toContainText('Green.')
  await page.goBack()
  await expect(chat.lastAnswer).toContainText('Yellow.')
  await expect(chat.questions).toHaveText('About pears')
  await page.goForward()
  await expect(chat.lastAnswer).toContainText('Green.')
  await expect(page.locator('html')).toHaveAttribute('data-same-document', 'yes')

  await page.reload()
  await expect(chat.lastAnswer).toContainText('Green.')
  await chat.toHaveExchanges(1)
})

test('an answer runs on in its own conversation while another one is open', async ({
  chat,
  model,
}) => {
  await model.next({ tokens: ['Slow', ' and steady'], hold: 1 }, { text: 'Quick.' })
  await chat.ask('The slow one')
  await expect(chat.lastAnswer).toContainText('Slow')
  await begin(chat, 'The quick one')
  await expect(chat.log).not.toContainText('Slow')
  await model.release()
  await model.finished(1)
  await chat.session('The slow one').click()
  await expect(chat.lastAnswer).toContainText('Slow and steady')
  await chat.toHaveExchanges(1)
})

test('Rename changes the title everywhere; Escape leaves it', async ({ chat, newTab }) => {
  await begin(chat, 'About apples')
  const second = await newTab(chat)
  const { page } = chat

  await chat.choose('About apples', 'Rename')
  const title = page.getByRole('textbox', { name: 'Title' })
  await expect(title).toBeFocused()
  await title.fill('Orchard')
  await title.press('Enter')
  await expect(chat.session('Orchard')).toBeVisible()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Orchard')
  await expect(page).toHaveTitle(/^Orchard/)

  await chat.choose('Orchard', 'Rename')
  await title.fill('Nothing')
  await title.press('Escape')
  await expect(chat.session('Orchard')).toBeVisible()
  await expect(second.session('Orchard')).toBeVisible()
  await expect(second.page.getByRole('heading', { level: 1 })).toHaveText('Orchard')
})

for (const width of [1280, 390]) {
  test.describe(`at ${width} px`, () => {
    test.use({ viewport: { width, height: 844 } })
    const show = async ({ page }: ChatPage) => {
      if (width < 768) await page.getByRole('button', { name: 'Open sessions' }).click()
    }

    test('P18: a tab that shows another chat learns of a new title, and of a chat that goes', async ({
      chat,
      newTab,
    }) => {
      await chat.ask('About apples')
      await chat.toHaveExchanges(1)
      const other = await newTab(chat)
      await other.open('/')
      await show(other)
      await expect(other.session('About apples')).toBeVisible()
      await show(chat)
      await chat.choose('About apples', 'Rename')
      await chat.page.getByRole('textbox', { name: 'Title' }).fill('Orchard')
      await chat.page.keyboard.press('Enter')
      await expect(other.session('Orchard')).toBeVisible()
      await chat.choose('Orchard', 'Delete')
      await expect(other.session('Orchard')).toHaveCount(0)
    })

    test('a session is exported from its menu, to read and for programs', async ({ chat }) => {
      await chat.ask('About apples')
      await chat.toHaveExchanges(1)
      await show(chat)
      for (const [item, name] of [
        ['Export as Markdown', 'about-apples.md'],
        ['Export as JSON', 'about-apples.json'],
      ] as const) {
        const download = chat.page.waitForEvent('download')
        await chat.choose('About apples', item)
        const file = await download
        expect(file.suggestedFilename()).toBe(name)
        const text = await readFile(await file.path(), 'utf8')
        const said = name.endsWith('.json') ? JSON.parse(text).messages[0].content : text
        expect(said).toContain('About apples')
      }
    })
  })
}

test('P9: two tabs agree about what is being deleted; a reload finishes it', async ({
  chat,
  newTab,
}) => {
  await begin(chat, 'About pears')
  await begin(chat, 'About apples')
  const second = await newTab(chat)
  await chat.choose('About apples', 'Delete')
  await expect(chat.page).toHaveURL(/\/$/)
  await expect(second.session('About apples')).toHaveCount(0)
  await expect(chat.session('About pears')).toBeVisible()
  await chat.page.reload()
  await expect(second.page.getByText('This chat was deleted.')).toBeVisible()
  await second.page.reload()
  await expect(second.page.getByText('There is no such chat here.')).toBeVisible()
})

test('Search finds sessions by their titles', async ({ chat }) => {
  await begin(chat, 'About apples')
  await begin(chat, 'About pears')
  await chat.search.fill('APPLE')
  await expect(chat.sessions.getByRole('link')).toHaveText(['About apples'])
  await chat.search.fill('quinces')
  await expect(chat.sessions.getByRole('link')).toHaveCount(0)
  await chat.search.fill('')
  await expect(chat.sessions.getByRole('link')).toHaveText(['About pears', 'About apples'])
})

test('what one has begun to write is kept for each conversation', async ({ chat }) => {
  await begin(chat, 'About apples')
  await chat.message.fill('An unfinished thought')
  await chat.newChat.click()
  await expect(chat.message).toHaveValue('')
  await chat.session('About apples').click()
  await expect(chat.message).toHaveValue('An unfinished thought')
  await chat.page.reload()
  await expect(chat.message).toHaveValue('An unfinished thought')
})

test('S20: the search finds a chat by what was answered in it', async ({ chat, model }) => {
  await model.next({ text: 'They keep best in a cold cellar.' }, { text: 'Soft when ripe.' })
  await begin(chat, 'About apples')
  await begin(chat, 'About pears')
  await chat.search.fill('CELLAR cold')
  await expect(chat.sessions.getByRole('link')).toHaveText(['About apples'])
  await chat.search.fill('about cellar nothing')
  await expect(chat.sessions.getByRole('link')).toHaveCount(0)
  await chat.search.fill('')
  await expect(chat.sessions.getByRole('link')).toHaveCount(2)
})
