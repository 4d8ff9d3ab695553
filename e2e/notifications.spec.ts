/** Notifications and what the page says about who answers. */
import { expect, test } from './fixtures.ts'

test('E2: a conversation begins with the notification that names its session', async ({ chat }) => {
  await chat.ask('Hello')
  await chat.toHaveExchanges(1)
  const sessionId = chat.page.url().split('/').at(-1)
  const first = chat.log.getByRole('article').first()
  await expect(first).toHaveAccessibleName(/^Notification/)
  await expect(first).toHaveText(`Connected to Agent WebSocket. Session ID: ${sessionId}`)
})

test('a notification that arrives now is a toast, and stays in the conversation', async ({
  chat,
  model,
}) => {
  // `notify` is not built yet: until then the event is put in on its way to the page.
  type Frame = { id: number; result: { type: string; id?: string; data?: Tracked } }
  type Tracked = { id: string; data: { seq: number; sessionId: string; type: string } }
  let notify = (_content: string): void => {
    throw new Error('no event has come yet')
  }
  const { page } = chat
  await page.routeWebSocket(/\/trpc/, (socket) => {
    const server = socket.connectToServer()
    server.onMessage((message) => {
      socket.send(message)
      if (typeof message !== 'string' || !message.startsWith('{')) return
      const frame = JSON.parse(message) as Partial<Frame>
      const tracked = frame.result?.data
      if (!frame.result?.id || !tracked?.data.seq) return
      notify = (content) => {
        const [epoch] = tracked.id.split('-')
        const seq = tracked.data.seq + 1
        const id = `${epoch}-${seq}`
        const { sessionId } = tracked.data
        const timestamp = new Date().toISOString()
        const notification = { type: 'notification', level: 'warning', content, timestamp }
        const data = { id, data: { id, seq, sessionId, ...notification } }
        socket.send(JSON.stringify({ id: frame.id, result: { type: 'data', id, data } }))
      }
    })
  })
  await page.reload()
  await chat.toBeConnected()
  // Held, so that its end comes as events and not with the history.
  await model.next({ tokens: ['Good ', 'morning'], hold: 1 })
  await chat.ask('Hello')
  await expect(chat.lastAnswer).toContainText('Good')
  await model.release()
  await chat.toHaveExchanges(1)
  // By its text: the frame of Next.js has an alert of its own, for who hears the page.
  const toast = page.getByRole('alert').filter({ hasText: 'The build is red.' })
  await expect(toast).toHaveCount(0)

  notify('The build is red.')
  await expect(toast).toBeVisible()
  const notice = chat.log.getByRole('article', { name: /^Notification/ })
  await expect(notice.last()).toHaveText('The build is red.')
  await page.getByRole('button', { name: 'Dismiss' }).click()
  await expect(toast).toHaveCount(0)
})

test('P4: with no settings at all the built-in simulator answers, and the page says so', async ({
  chat,
  server,
}) => {
  const badge = chat.page.getByText('Simulated answers')
  await expect(badge).toHaveCount(0)
  await server.restart('built-in')
  await chat.page.reload()
  await expect(badge).toBeVisible()

  await chat.ask('Write a function that retries')
  await expect(chat.lastAnswer).toHaveAttribute('aria-busy', 'true')
  await expect(chat.busyAnswer).toContainText(/\w+ \w+/)
  await expect(chat.lastAnswer.getByRole('figure', { name: /^Code/ }).first()).toBeVisible()
  await expect(chat.busyAnswer).toHaveCount(0, { timeout: 60_000 })

  await badge.click()
  await expect(chat.page.getByRole('dialog', { name: 'Simulated answers' })).toContainText(
    'OPENROUTER_API_KEY',
  )
})
