/** Putting a question differently, and going back to how it went before. */
import { expect, test } from './fixtures.ts'

for (const width of [1280, 390]) {
  test.describe(`at ${width} px`, () => {
    test.use({ viewport: { width, height: 844 } })

    test('A6: Edit and Ask again: the conversation goes on from there, on two pages at once', async ({
      chat,
      model,
      newTab,
    }) => {
      await model.next({ text: 'One.' }, { text: 'Two.' }, { text: 'Three.' }, { text: 'Other.' })
      for (const [count, question] of ['First', 'Second', 'Third'].entries()) {
        await chat.ask(question)
        await chat.toHaveExchanges(count + 1)
      }
      const other = await newTab(chat)
      await chat.edit('Second')
      await expect(chat.editor).toBeFocused()
      await expect(chat.editor).toHaveValue('Second')
      await chat.editor.fill('Second, put differently')
      await chat.page.getByRole('button', { name: 'Ask again' }).click()

      for (const tab of [chat, other]) {
        await expect(tab.questions).toHaveText([/^First/, /^Second, put differently/])
        await expect(tab.answers).toContainText(['One.', 'Other.'])
        await expect(tab.questions.last()).toContainText('2/2')
        await tab.toHaveExchanges(2)
      }
      const asked = (await model.requests()).at(-1)?.body.messages.slice(1)
      expect(asked?.map(({ content }) => content)).toEqual([
        'First',
        'One.',
        'Second, put differently',
      ])

      // To look at what was left is for this page alone.
      await chat.version('Previous').click()
      await expect(chat.questions).toHaveText([/^First/, /^Second/, /^Third/])
      await expect(chat.answers).toContainText(['One.', 'Two.', 'Three.'])
      await expect(chat.version('Previous')).toBeFocused()
      await expect(chat.questions.nth(1)).toBeInViewport()
      await expect(other.questions).toHaveCount(2)
      await expect(chat.questions.nth(1).getByRole('button', { name: 'Edit' })).toHaveCount(0)
      await chat.page.getByRole('button', { name: 'Back to the latest' }).click()
      await expect(chat.questions).toHaveText([/^First/, /^Second, put differently/])

      await chat.version('Previous').click()
      await expect(chat.questions).toHaveCount(3)
      await chat.ask('Fourth')
      await expect(chat.questions).toHaveText([/^First/, /^Second, put differently/, /^Fourth/])
      await chat.toHaveExchanges(3)
    })

    test('P5: Escape leaves a question as it was, and gives the focus back', async ({ chat }) => {
      await chat.ask('As it was')
      await chat.toHaveExchanges(1)
      await chat.edit('As it was')
      await chat.editor.fill('Not this')
      await chat.editor.press('Escape')
      await expect(chat.questions).toHaveText(['As it was'])
      await expect(chat.questions.last().getByRole('button', { name: 'Edit' })).toBeFocused()
    })

    test('A6: asked again offline, it waits in its place, and is sent once', async ({
      chat,
      model,
      network,
    }) => {
      await model.next({ text: 'Old.' }, { text: 'New.' })
      await chat.ask('Old?')
      await chat.toHaveExchanges(1)
      network.goAway()
      await chat.toBeOffline()
      await chat.edit('Old?')
      await chat.editor.fill('New?')
      await chat.editor.press('Enter')
      await expect(chat.questions).toHaveText([/^New\?.*Waiting for the network/s])
      await expect(chat.answers).toHaveCount(0)
      await chat.page.reload()
      await expect(chat.questions).toHaveText([/^New\?/])
      network.comeBack()
      await chat.toBeConnected()
      await expect(chat.lastAnswer).toContainText('New.')
      await chat.toHaveExchanges(1)
      await expect(chat.questions.last()).toContainText('2/2')
      expect(await model.requests()).toHaveLength(2)
    })
  })
}
