/** `examples/next-login`: built and run with the packed package, and used by two people, each in a Chromium. */
import { join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { setUpBrowser } from '../scripts/setup-tests.ts'
import { Child, root } from './harness/child.ts'
import { openExample } from './harness/example.ts'
import { freePort } from './harness/ports.ts'
import { startServer } from './harness/server-process.ts'
import { type SimulatorProcess, startSimulator } from './harness/simulator-process.ts'
import { openTempFolder } from './harness/temp-folder.ts'

/** As the README sets them. */
const shared = {
  AUTH_SECRET: 'a-secret-that-app-and-agent-share',
  AUTH_ISSUER: 'next-login',
  AUTH_AUDIENCE: 'agent',
}
const next = join(root, 'node_modules/next/dist/bin/next')
const quiet = { NEXT_TELEMETRY_DISABLED: '1' }
const pace = { firstTokenMs: 0, tokensPerSecond: 0 }

const opened = new AsyncDisposableStack()
let simulator: SimulatorProcess
let browser: Browser
let url: string

beforeAll(async () => {
  const executablePath = setUpBrowser()
  simulator = opened.use(await startSimulator())
  const { path: dataDir } = opened.use(await openTempFolder())
  const port = await freePort()
  url = `http://localhost:${port}`
  const server = opened.use(
    await startServer({
      dataDir,
      env: {
        ...shared,
        AUTH_MODE: 'jwt',
        ALLOWED_ORIGINS: url,
        OPENROUTER_BASE_URL: simulator.url,
      },
    }),
  )
  const example = opened.use(await openExample('next-login'))
  expect(example.scripts).toMatchObject({ build: 'next build', start: 'next start' })
  await using build = new Child([next, 'build', example.folder], quiet)
  const { code, stdout, stderr } = await build.ended
  expect(code, `${stdout}${stderr}`).toBe(0)
  const web = opened.use(
    new Child([next, 'start', example.folder], {
      ...shared,
      ...quiet,
      SESSION_SECRET: 'another-secret-for-the-login-cookie',
      AGENT_URL: server.url,
      PORT: String(port),
    }),
  )
  await web.said('stdout', /Ready/)
  // Chromium's sandbox refuses to work for root.
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  browser = await chromium.launch({ executablePath, args })
  opened.defer(() => browser.close())
}, 400_000)
afterAll(() => opened.disposeAsync())

test('Z1, U1, G11: the app signs people in, and neither of two sees what the other has', async () => {
  await simulator.next({ text: 'Yes, Ada.', pace }, { text: 'Yes, Grace.', pace })
  const ada = await visit()
  await signIn(ada, 'Ada', 'compiler')
  await ada.getByRole('alert').getByText('do not go together').waitFor()
  await signIn(ada, 'Ada', 'engine')
  await ada.getByText('Signed in as Ada.').waitFor()
  await ask(ada, 'Are you there?')
  await answer(ada, 'Yes, Ada.').waitFor()
  const chat = ada.url()

  const grace = await visit()
  await signIn(grace, 'Grace', 'compiler')
  await grace.getByText('Signed in as Grace.').waitFor()
  await connected(grace)
  expect(await chats(grace).count()).toBe(0)
  await grace.goto(chat)
  await grace.getByRole('alert').getByText('There is no such chat.').waitFor()
  await ask(grace, 'And for me?')
  await answer(grace, 'Yes, Grace.').waitFor()

  // After a reload each has their own again, and nothing else.
  for (const [page, own, foreign] of [
    [ada, 'Yes, Ada.', 'Yes, Grace.'],
    [grace, 'Yes, Grace.', 'Yes, Ada.'],
  ] as const) {
    await page.reload()
    await answer(page, own).waitFor()
    await expect.poll(() => chats(page).count()).toBe(1)
    expect(await page.getByText(foreign).count()).toBe(0)
  }
})

test('U1: who signed out gets no token, and sees the login', async () => {
  const page = await visit()
  await signIn(page, 'Ada', 'engine')
  await connected(page)
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  expect((await page.request.post(`${url}/api/agent-token`)).status()).toBe(401)
  await page.goto(url)
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
})

/** The app in a browser of its own; signed out, it leads to the login. */
async function visit(): Promise<Page> {
  const context = await browser.newContext({ locale: 'en-GB' })
  opened.defer(() => context.close())
  const page = await context.newPage()
  await page.goto(url)
  expect(new URL(page.url()).pathname).toBe('/login')
  return page
}

async function signIn(page: Page, name: string, password: string): Promise<void> {
  await page.getByLabel('Name').fill(name)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

const connected = (page: Page) =>
  page.getByRole('status', { name: 'Connection' }).getByText('connected', { exact: true }).waitFor()

const chats = (page: Page) => page.getByRole('navigation', { name: 'Chats' }).getByRole('link')

const answer = (page: Page, text: string) =>
  page.getByRole('log').getByRole('article').getByText(text)

/** In a new chat. */
async function ask(page: Page, question: string): Promise<void> {
  const before = page.url()
  await page.getByRole('button', { name: 'New chat' }).click()
  await page.waitForURL(({ href, search }) => href !== before && search.startsWith('?chat='))
  await page.getByRole('textbox', { name: 'Message' }).fill(question)
  await page.getByRole('button', { name: 'Send' }).click()
}
