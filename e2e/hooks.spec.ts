/** The hooks in an app that is not ours: React in Strict Mode, from the packed package, by Vite. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { openViteApp } from './hooks/vite-app.ts'
import { startNode } from './product/node-process.ts'

const serviceToken = 'a-service-token-of-the-spec-of-hooks'

test('H1: in Strict Mode there is one connection, and everything happens once', async ({
  page,
}) => {
  await using opened = new AsyncDisposableStack()
  const app = opened.use(await openViteApp())
  const dataDir = await mkdtemp(join(tmpdir(), 'agent-websocket-hooks-'))
  opened.defer(() => rm(dataDir, { recursive: true, force: true }))
  const server = await startNode({
    args: ['src/server/main.ts'],
    env: {
      AGENT_PORT: '0',
      DATA_DIR: dataDir,
      LOG_LEVEL: 'warn',
      DRAIN_TIMEOUT: '0',
      ALLOWED_ORIGINS: app.origin,
      SERVICE_TOKENS: serviceToken,
      // Empty counts as unset: the simulator answers.
      OPENROUTER_API_KEY: '',
      OPENROUTER_BASE_URL: '',
    },
    ready: /Agent server: http:\/\/[^\s/]+:(\d+)/,
  })
  opened.defer(() => server.end())
  const agent = `http://127.0.0.1:${server.said}`

  const sockets: string[] = []
  page.on('websocket', (socket) => sockets.push(socket.url()))
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    // Vite's own client looks for a socket that this server does not have.
    if (message.location().url.includes('/@vite/')) return
    if (message.type() === 'error') complaints.push(message.text())
  })

  await page.goto(`${app.origin}/?server=${encodeURIComponent(agent)}`)
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

  const notified = await fetch(`${agent}/trpc/notify`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${serviceToken}` },
    body: JSON.stringify({
      sessionId: await page.getByTitle('Session').innerText(),
      id: crypto.randomUUID(),
      content: 'Your build is done',
    }),
  })
  expect(notified.status).toBe(200)
  await expect(page.getByRole('status')).toHaveText(['Your build is done'])

  // Gone and back: what was there is there, and no notification comes again.
  await page.getByRole('button', { name: 'Hide' }).click()
  await expect(conversation).toBeHidden()
  await page.getByRole('button', { name: 'Show' }).click()
  await expect(said).toHaveText(['Hello', answer])
  await expect(page.getByRole('status')).toHaveCount(0)

  expect(sockets.filter((url) => url.includes(`:${server.said}/`))).toHaveLength(1)
  expect(complaints).toEqual([])
})
