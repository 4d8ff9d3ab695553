/** Commands that are typed: the menu, its keys, and what each does. And the model picker. */
import { readFile } from 'node:fs/promises'
import type { ChatPage } from './chat-page.ts'
import { expect, test } from './fixtures.ts'

const models = ['openai/gpt-4-turbo', 'test/small', 'test/large']

const sights = [
  { name: 'wide', options: {} },
  { name: 'on a phone', options: { viewport: { width: 390, height: 844 }, hasTouch: true } },
] as const

const menuOf = ({ page }: ChatPage) => page.getByRole('listbox', { name: 'Commands' })

/** The option that the keys have marked, as a screen reader finds it. */
async function toBeMarked(chat: ChatPage, name: RegExp): Promise<void> {
  const marked = menuOf(chat).getByRole('option', { selected: true })
  await expect(marked).toHaveAccessibleName(name)
  const id = await marked.getAttribute('id')
  await expect(chat.message).toHaveAttribute('aria-activedescendant', id ?? '')
}

for (const { name, options } of sights) {
  test.describe(name, () => {
    test.use(options)

    test('P22: / opens the commands; letters filter, arrows mark, Tab writes, Enter runs', async ({
      chat,
      model,
    }) => {
      await chat.ask('Hello')
      await chat.toHaveExchanges(1)
      await chat.message.pressSequentially('/')
      const menu = menuOf(chat)
      await expect(menu.getByRole('option')).toHaveText([
        /^\/cancel/,
        /^\/clear/,
        /^\/model/,
        /^\/regenerate/,
        /^\/export/,
        /^\/help/,
      ])
      await expect(menu).toBeInViewport({ ratio: 1 })
      await toBeMarked(chat, /^\/cancel/)
      await chat.message.press('ArrowDown')
      await toBeMarked(chat, /^\/clear/)
      await chat.message.press('ArrowUp')
      await chat.message.press('ArrowUp')
      await toBeMarked(chat, /^\/help/)

      await chat.message.pressSequentially('re')
      await expect(menu.getByRole('option')).toHaveCount(1)
      await chat.message.press('Tab')
      await expect(chat.message).toHaveValue('/regenerate')
      await expect(chat.message).toBeFocused()
      await model.next({ text: 'Once more.' })
      await chat.message.press('Enter')
      await expect(chat.log).toContainText('Once more.')
      await expect(chat.message).toHaveValue('')
      await expect(menu).toHaveCount(0)

      await chat.message.pressSequentially('/cl')
      await menu.getByRole('option', { name: /^\/clear/ }).click()
      await expect(chat.log).toContainText('Context cleared')
    })

    test('P22: Esc closes the menu, and then it is a message; a path is none of the commands', async ({
      chat,
    }) => {
      await chat.message.pressSequentially('/c')
      await chat.message.press('Escape')
      await expect(menuOf(chat)).toHaveCount(0)
      await expect(chat.message).toHaveValue('/c')
      await chat.message.press('Enter')
      await chat.toHaveExchanges(1)
      await expect(chat.questions).toHaveText('/c')
      await chat.message.pressSequentially('/etc/passwd')
      await expect(menuOf(chat)).toHaveCount(0)
      await chat.message.press('Enter')
      await chat.toHaveExchanges(2)
    })

    test('P22: /cancel stops, /help shows what there is, /export saves a file', async ({
      chat,
      model,
    }) => {
      await model.next({ tokens: ['So ', 'far'], hold: 1 })
      await chat.ask('Hello')
      await expect(chat.lastAnswer).toContainText('So')
      await chat.ask('/cancel')
      await expect(chat.lastAnswer).toContainText('You stopped this answer.')

      await chat.ask('/help')
      await expect(menuOf(chat).getByRole('option')).toHaveCount(6)
      const saved = chat.page.waitForEvent('download')
      await chat.ask('/export json')
      const file = await saved
      expect(file.suggestedFilename()).toMatch(/\.json$/)
      expect(await readFile(await file.path(), 'utf8')).toContain('Hello')
    })

    test('P22, P26: the model is chosen from a list with a search, for this conversation and a new one', async ({
      chat,
      model,
      server,
      newTab,
    }) => {
      await server.restart('directed', { MODELS: models.join() })
      await chat.page.reload()
      await chat.toBeConnected()
      const { page } = chat
      const picker = (of: ChatPage, chosen: string) =>
        of.page.getByRole('button', { name: `Model: ${chosen}` })
      await picker(chat, 'openai/gpt-4-turbo').click()
      const search = page.getByRole('combobox', { name: 'Search models' })
      await expect(search).toBeFocused()
      await search.fill('large')
      await expect(page.getByRole('option')).toHaveText([/test\/large/])
      await expect(page.getByRole('option')).toHaveAttribute('aria-selected', 'true')
      await search.press('Enter')
      await expect(picker(chat, 'test/large')).toBeFocused()
      await chat.ask('Hello')
      await chat.toHaveExchanges(1)
      expect((await model.requests())[0]?.body.model).toBe('test/large')
      await expect(picker(chat, 'test/large')).toBeVisible()

      const { log, message } = chat
      await chat.lookAway()
      await message.fill('/model test/lagre')
      await message.press('Enter')
      const said = `There is no model “test/lagre”. Choose from: ${models.join(', ')}.`
      await expect(page.getByRole('alert').filter({ hasText: said })).toBeVisible()
      await expect(menuOf(chat).getByRole('option')).toHaveCount(models.length)
      await expect(log).not.toContainText('lagre')
      await chat.lookBack()
      await message.fill('')

      const other = await newTab(chat)
      await expect(picker(other, 'test/large')).toBeVisible()
      await chat.message.pressSequentially('/model sm')
      await toBeMarked(chat, /test\/small/)
      await chat.message.press('Enter')
      for (const each of [chat, other]) {
        await expect(picker(each, 'test/small')).toBeVisible()
        await expect(each.log).toContainText('test/small')
      }
      await other.ask('And now?')
      await other.toHaveExchanges(2)
      expect((await model.requests())[1]?.body.model).toBe('test/small')
    })
  })
}
