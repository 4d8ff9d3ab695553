/** Notifications and what the page says about who answers. */
import type { ChatPage } from './chat-page.ts'
import { expect, test } from './fixtures.ts'

test('E2: a conversation begins with the notification that names its session', async ({ chat }) => {
  await chat.ask('Hello')
  await chat.toHaveExchanges(1)
  const sessionId = chat.page.url().split('/').at(-1)
  const first = chat.log.getByRole('article').first()
  await expect(first).toHaveAccessibleName(/^Notification/)
  await expect(first).toHaveText(`Connected to Agent WebSocket. Session ID: ${sessionId}`)
})

const sessionOf = (chat: ChatPage) => chat.page.url().split('/').at(-1) ?? ''

test('N1: a notification that arrives now is a toast, and stays in the conversation', async ({
  chat,
  server,
}) => {
  const { page } = chat
  await chat.ask('Hello')
  await chat.toHaveExchanges(1)
  // By its text: the frame of Next.js has an alert of its own, for who hears the page.
  const toast = page.getByRole('alert').filter({ hasText: 'The build is red.' })
  await expect(toast).toHaveCount(0)

  const sessionId = sessionOf(chat)
  // A toast is there for a few seconds, and the spec may be late.
  await chat.lookAway()
  await server.notify({ sessionId, content: 'The build is red.', level: 'warning' })
  await expect(toast).toBeVisible()
  const notice = chat.log.getByRole('article', { name: /^Notification/ })
  await expect(notice.last()).toHaveText('The build is red.')
  await page.getByRole('button', { name: 'Dismiss' }).click()
  await expect(toast).toHaveCount(0)
})

test('N1: a notification while the page was closed is there, once, when someone comes back', async ({
  chat,
  server,
  newTab,
}) => {
  await chat.ask('Hello')
  await chat.toHaveExchanges(1)
  const again = await newTab(chat)
  await again.page.goto('about:blank')
  const url = chat.page.url()
  const sessionId = sessionOf(chat)
  await chat.page.close()
  await server.notify({ sessionId, content: 'Built while you were away.', level: 'success' })
  await again.open(url)
  await expect(again.log.getByText('Built while you were away.')).toHaveCount(1)
})

test('N1, N2: notifications that come fast are each shown once, in their order, in every tab', async ({
  chat,
  server,
  newTab,
}) => {
  await chat.ask('Hello')
  await chat.toHaveExchanges(1)
  const other = await newTab(chat)
  const sessionId = sessionOf(chat)
  const contents = Array.from({ length: 30 }, (_, index) => `Build ${index} is green.`)
  for (const content of contents) await server.notify({ sessionId, content })
  for (const { log } of [chat, other]) {
    await expect(log.getByText(/^Build \d+ is green\.$/)).toHaveText(contents)
  }
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

  // Looked at by the page itself: it takes a few seconds, and the spec may be late.
  const grows = chat.page.waitForFunction(() => {
    const answer = document.querySelector('article[aria-busy="true"]')
    return /\w+ \w+/.test(answer?.textContent ?? '')
  })
  await chat.ask('Write a function that retries')
  await grows
  await expect(chat.lastAnswer.getByRole('figure', { name: /^Code/ }).first()).toBeVisible()
  await expect(chat.busyAnswer).toHaveCount(0, { timeout: 60_000 })

  await badge.click()
  await expect(chat.page.getByRole('dialog', { name: 'Simulated answers' })).toContainText(
    'OPENROUTER_API_KEY',
  )
})
