/** The hooks in an app that is not ours: React in Strict Mode, from the packed package, by Vite. */
import { expect, test } from '@playwright/test'
import { startAgentServer } from '../src/testing/index.ts'
import { openViteApp } from './hooks/vite-app.ts'

test('H1: in Strict Mode there is one connection, and everything happens once', async ({
  page,
}) => {
  await using opened = new AsyncDisposableStack()
  const app = opened.use(await openViteApp())
  const server = opened.use(await startAgentServer({ page: app.origin }))

  const sockets: string[] = []
  page.on('websocket', (socket) => sockets.push(socket.url()))
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    // Vite's own client looks for a socket that this server does not have.
    if (message.location().url.includes('/@vite/')) return
    if (message.type() === 'error') complaints.push(message.text())
  })

  await page.goto(`${app.origin}/?server=${encodeURIComponent(server.url)}`)
  await expect(page.getByTitle('Connection')).toHaveText('connected')
  await expect(page.locator('body')).toHaveAttribute('data-mounts', '2')
  await page.getByRole('button', { name: 'New' }).click()
  const conversation = page.getByRole('region', { name: 'Conversation' })
  await expect(conversation).toHaveAttribute('data-phase', 'live')
  await expect(page.getByRole('list', { name: 'Sessions' })).toHaveText('Of the app')

  await page.getByRole('button', { name: 'Ask' }).click()
  const said = page.getByRole('article')
  await expect(said).toHaveCount(2)
  await expect(said.first()).toHaveText('Hello')
  await expect(conversation).toHaveAttribute('aria-busy', 'false')
  const answer = await said.last().innerText()
  expect(answer.length).toBeGreaterThan(0)

  const sessionId = await page.getByTitle('Session').innerText()
  await server.notify({ sessionId, content: 'Your build is done' })
  await expect(page.getByRole('status')).toHaveText(['Your build is done'])

  // Gone and back: what was there is there, and no notification comes again.
  await page.getByRole('button', { name: 'Hide' }).click()
  await expect(conversation).toBeHidden()
  await page.getByRole('button', { name: 'Show' }).click()
  await expect(said).toHaveText(['Hello', answer])
  await expect(page.getByRole('status')).toHaveCount(0)

  expect(sockets.filter((url) => url.includes(`:${server.port}/`))).toHaveLength(1)
  expect(complaints).toEqual([])
})
