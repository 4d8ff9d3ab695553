/** What one can say about an answer, and learn about it. */
import { expect, test } from './fixtures.ts'

for (const width of [1280, 390]) {
  test.describe(`at ${width} px`, () => {
    test.use({ viewport: { width, height: 844 } })

    test('a rating takes a comment, or none, and keeps it', async ({ chat }) => {
      const { page } = chat
      await chat.ask('Rate me')
      await chat.toHaveExchanges(1)
      const comment = page.getByRole('textbox', { name: 'Comment' })
      await chat.action('Bad answer').click()
      await expect(chat.action('Bad answer')).toHaveAttribute('aria-pressed', 'true')
      await comment.fill('Too long')
      await page.getByRole('button', { name: 'Send comment' }).click()
      await expect(comment).toBeHidden()
      await expect(chat.action('Bad answer')).toBeFocused()
      await expect(chat.action('Bad answer')).toHaveAttribute('aria-pressed', 'true')
      await page.reload()
      await chat.action('About this answer').click()
      await expect(page.getByRole('dialog', { name: 'About this answer' })).toContainText(
        'Too long',
      )
      await page.keyboard.press('Escape')

      await chat.action('Good answer').click()
      await expect(comment).toHaveValue('')
      await page.keyboard.press('Escape')
      await expect(comment).toBeHidden()
      await expect(chat.action('Good answer')).toHaveAttribute('aria-pressed', 'true')
    })

    test('About this answer: when, which model, how many tokens', async ({ chat, model }) => {
      const { page } = chat
      await model.next({ text: 'So it is.' })
      await chat.ask('What are you?')
      await chat.toHaveExchanges(1)
      await chat.action('About this answer').click()
      const about = page.getByRole('dialog', { name: 'About this answer' })
      await expect(about.getByRole('term')).toHaveText(['Begun', 'Model', 'Tokens', 'Cost'])
      await expect(about).toContainText('openai/gpt-4-turbo')
      await expect(about.getByText(/^\d+ read, \d+ written$/)).toBeVisible()
      await page.keyboard.press('Escape')
      await expect(about).toBeHidden()
      await expect(chat.action('About this answer')).toBeFocused()
    })
  })
}
