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

    test('P28: a thumb shows that it was pressed, without a network too', async ({
      chat,
      network,
    }) => {
      await chat.ask('Rate me')
      await chat.toHaveExchanges(1)
      const [good, bad] = [chat.action('Good answer'), chat.action('Bad answer')]
      network.goAway()
      await chat.toBeOffline()
      await bad.click()
      await expect(bad).toHaveAttribute('aria-pressed', 'true')
      await good.click()
      await expect(good).toHaveAttribute('aria-pressed', 'true')
      await expect(bad).toHaveAttribute('aria-pressed', 'false')
      network.comeBack()
      await chat.toBeConnected()
      await expect(good).toHaveAttribute('aria-pressed', 'true')
      await chat.page.reload()
      await expect(good).toHaveAttribute('aria-pressed', 'true')
      await expect(bad).toHaveAttribute('aria-pressed', 'false')
    })

    test('P28: a thumb that the server does not take is let go, and one is told', async ({
      chat,
    }) => {
      const { page } = chat
      await chat.ask('Rate me')
      await chat.toHaveExchanges(1)
      const refused = Promise.withResolvers<() => void>()
      await page.routeWebSocket(/\/trpc/, (socket) => {
        const server = socket.connectToServer()
        socket.onMessage((frame) => {
          if (!String(frame).includes('agent.feedback')) return server.send(frame)
          const [call] = [JSON.parse(String(frame))].flat()
          const data = { code: 'BAD_REQUEST', httpStatus: 400, reason: 'INVALID', retryable: false }
          const error = { code: -32600, message: 'No such answer.', data }
          refused.resolve(() => socket.send(JSON.stringify({ id: call.id, error })))
        })
      })
      await page.reload()
      await chat.toBeConnected()
      const good = chat.action('Good answer')
      await good.click()
      await expect(good).toHaveAttribute('aria-pressed', 'true')
      const refuse = await refused.promise
      refuse()
      await expect(good).toHaveAttribute('aria-pressed', 'false')
      await expect(page.getByText('No such answer.')).toBeVisible()
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
