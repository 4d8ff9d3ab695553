/** Several answers to one question: one is shown, counts, and is the same on every page. */
import { expect, test } from './fixtures.ts'

for (const width of [1280, 390]) {
  test.describe(`at ${width} px`, () => {
    test.use({ viewport: { width, height: 844 } })

    test('A5: one goes back and forth between answers, on two pages at once; the one that is shown is sent', async ({
      chat,
      model,
      newTab,
    }) => {
      await model.next(
        { text: 'Red.' },
        { text: 'Green.' },
        { text: 'Blue.' },
        { text: 'Why not.' },
      )
      await chat.ask('A colour?')
      await expect(chat.lastAnswer).toContainText('Red.')
      const other = await newTab(chat)
      await chat.action('Regenerate').click()
      await expect(chat.lastAnswer).toContainText('Green.')
      await expect(other.lastAnswer).toContainText('Green.')
      await expect(chat.lastAnswer).toHaveAttribute('aria-busy', 'false')
      await other.action('Regenerate').click()
      for (const tab of [chat, other]) {
        await expect(tab.lastAnswer).toContainText('Blue.')
        await expect(tab.lastAnswer).toContainText('3/3')
        await tab.toHaveExchanges(1)
      }

      await chat.action('Previous answer').click()
      for (const tab of [chat, other]) {
        await expect(tab.lastAnswer).toContainText('Green.')
        await expect(tab.lastAnswer).toContainText('2/3')
      }
      await other.action('Previous answer').click()
      for (const tab of [chat, other]) await expect(tab.lastAnswer).toContainText('Red.')
      await chat.action('Next answer').click()
      for (const tab of [chat, other]) await expect(tab.lastAnswer).toContainText('Green.')

      await chat.page.reload()
      await expect(chat.lastAnswer).toContainText('Green.')
      await chat.ask('Why?')
      await chat.toHaveExchanges(2)
      const sent = (await model.requests()).at(-1)?.body.messages.slice(1)
      expect(sent?.map(({ content }) => content)).toEqual(['A colour?', 'Green.', 'Why?'])
    })

    test('A5: pressed fast, the arrows go where they were pressed to', async ({ chat, model }) => {
      await model.next({ text: 'One.' }, { text: 'Two.' }, { text: 'Three.' })
      await chat.ask('Count')
      await expect(chat.lastAnswer).toContainText('One.')
      await chat.action('Regenerate').click()
      await expect(chat.lastAnswer).toContainText('Two.')
      await expect(chat.lastAnswer).toHaveAttribute('aria-busy', 'false')
      await chat.action('Regenerate').click()
      await expect(chat.lastAnswer).toContainText('3/3')
      await expect(chat.lastAnswer).toHaveAttribute('aria-busy', 'false')
      await chat.action('Previous answer').focus()
      for (const _ of [1, 2]) await chat.page.keyboard.press('Enter')
      await expect(chat.lastAnswer).toContainText('One.')
      await expect(chat.action('Previous answer')).toBeFocused()
      await chat.page.reload()
      await expect(chat.lastAnswer).toContainText('1/3')
    })

    test('R4: an answer that failed says so beside the one that counts', async ({
      chat,
      model,
    }) => {
      await model.next({ text: 'Fine.' }, { fault: { kind: 'status', status: 401 } })
      await chat.ask('Well?')
      await expect(chat.lastAnswer).toContainText('Fine.')
      await chat.action('Regenerate').click()
      await expect(chat.action('Try again')).toBeVisible()
      await expect(chat.action('Regenerate')).toHaveCount(0)
      await chat.action('Previous answer').click()
      await expect(chat.lastAnswer).toContainText('Fine.')
      await expect(chat.action('Regenerate')).toBeVisible()
    })
  })
}
