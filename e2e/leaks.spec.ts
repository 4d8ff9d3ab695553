/**
 * Nothing leaks through the page: canaries in every secret of both processes, then all that the browser was
 * sent, what it keeps, what the page wrote to its console and the bundles on disk are searched.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test as base, expect, type Page } from '@playwright/test'
import { type Canary, CanarySearch, newCanary } from '../integration/harness/canaries.ts'
import { freePort } from '../integration/harness/ports.ts'
import { ChatPage } from './chat-page.ts'
import { type ModelServer, startModel } from './product/model.ts'
import { root, startNode } from './product/node-process.ts'
import { agentName } from './product/product.ts'

const canaries = {
  key: newCanary('the API key'),
  secret: newCanary('AUTH_SECRET'),
  forward: newCanary('FORWARD_SECRET'),
  system: newCanary('the system prompt'),
  upstream: newCanary('the body of an upstream error'),
  prompt: newCanary('a question', 'socket', 'screen'),
  answer: newCanary('an answer', 'socket', 'screen'),
  draft: newCanary('a draft', 'storage', 'screen'),
  checkout: { name: 'the path of the program', value: root, mayBeIn: [] },
} satisfies Record<string, Canary>

interface Product {
  url: string
  model: ModelServer
  /** What both processes said. */
  said: () => string
}

/** Both processes with the whole of the operator's settings, as `npm start` gives them. */
const test = base.extend<object, { product: Product }>({
  product: [
    async ({}, use) => {
      await using opened = new AsyncDisposableStack()
      const dataDir = await mkdtemp(join(tmpdir(), 'agent-websocket-leaks-'))
      opened.defer(() => rm(dataDir, { recursive: true, force: true }))
      const model = opened.adopt(await startModel(), (it) => it.close())
      const agentPort = await freePort()
      const env = {
        AGENT_NAME: agentName,
        AGENT_PORT: String(agentPort),
        DATA_DIR: dataDir,
        OPENROUTER_BASE_URL: model.url,
        OPENROUTER_API_KEY: canaries.key.value,
        AUTH_SECRET: canaries.secret.value,
        FORWARD_SECRET: canaries.forward.value,
        SYSTEM_PROMPT: canaries.system.value,
        PUBLIC_AGENT_URL: '',
        LOG_LEVEL: 'trace',
      }
      const next = ['node_modules/next/dist/bin/next', 'start', '.', '-H', '127.0.0.1', '-p', '0']
      const web = opened.adopt(
        await startNode({ args: next, env, ready: /Local:\s+(http:\/\/\S+:\d+)[\s\S]*Ready/ }),
        (it) => it.end(),
      )
      const server = opened.adopt(
        await startNode({
          args: ['src/server/main.ts'],
          env: { ...env, PORT: new URL(web.said).port },
          ready: /Agent server: (\S+)/,
        }),
        (it) => it.end(),
      )
      await use({ url: web.said, model, said: () => web.output + server.output })
    },
    { scope: 'worker', timeout: 120_000 },
  ],
  baseURL: ({ product }, use) => use(product.url),
})

test('O3: the page, its bundles, its storage and its console have no secret', async ({
  page,
  context,
  product,
}) => {
  const heard = listen(page)
  const chat = new ChatPage(page)
  const { model } = product
  await model.next({ text: `It is ${canaries.answer.value}.` })
  await chat.open('/')
  await chat.ask(`What is ${canaries.prompt.value}?`)
  await chat.toHaveExchanges(1)
  await model.next({
    fault: { kind: 'status', status: 401, body: { error: { message: canaries.upstream.value } } },
  })
  await chat.ask('And now?')
  await expect(chat.answers.last()).toContainText('did not accept the API key')
  await chat.message.fill(`I wonder about ${canaries.draft.value}`)
  const { pathname } = new URL(page.url())
  await page.goto('/no/such/page')
  await page.goto('/s/no-such-session')
  await chat.open(pathname)
  await expect(chat.answers.first()).toContainText(canaries.answer.value)

  const tokens = await tokensOf(heard, context)
  const search = new CanarySearch([...Object.values(canaries), ...tokens])
  for (const body of await Promise.all(heard.bodies)) search.look(body.place, body.text)
  search.look('socket', heard.frames.join('\n'))
  search.look('console', heard.console.join('\n'))
  search.look('log', product.said())
  search.look('screen', (await page.content()) + (await chat.message.inputValue()))
  search.look('storage', await storageOf(page))
  await search.lookThrough(join(root, '.next/static'), () => 'bundle')
  expect(search.leaks()).toEqual([])
  expect(search.unseen()).toEqual([])
  for (const place of ['document', 'bundle', 'connect', 'socket', 'log', 'storage']) {
    expect(search.searched.get(place), place).toBeGreaterThan(10)
  }

  // Planted on purpose: a token kept where scripts read it.
  const [token] = tokens
  await page.evaluate((value) => localStorage.setItem('kept', btoa(`token ${value}`)), token?.value)
  search.look('storage', await storageOf(page))
  expect(search.leaks()).toEqual([{ canary: token?.name, place: 'storage', as: 'base64' }])
})

interface Heard {
  bodies: Promise<{ place: string; text: string }>[]
  connects: string[]
  frames: string[]
  console: string[]
}

/** All that comes to the page, from now on. */
function listen(page: Page): Heard {
  const heard: Heard = { bodies: [], connects: [], frames: [], console: [] }
  page.on('console', (message) => heard.console.push(message.text()))
  page.on('pageerror', (error) => heard.console.push(error.stack ?? error.message))
  page.on('websocket', (socket) => {
    socket.on('framereceived', ({ payload }) => heard.frames.push(payload.toString()))
  })
  page.on('response', (response) => {
    const isConnect = new URL(response.url()).pathname === '/api/connect'
    const place = isConnect ? 'connect' : response.request().resourceType()
    const read = response
      .text()
      // A page that was left takes its bodies with it.
      .catch(() => '')
      .then((text) => {
        if (isConnect) heard.connects.push(text)
        return { place, text: JSON.stringify(response.headers()) + text }
      })
    heard.bodies.push(read)
  })
  return heard
}

/** The signatures of what lets in: the short token, and the identity behind it. */
async function tokensOf(
  heard: Heard,
  context: { cookies(): Promise<{ name: string; value: string; httpOnly: boolean }[]> },
): Promise<Canary[]> {
  await Promise.all(heard.bodies)
  const tokens = heard.connects.flatMap(
    (text) => /"token":"[^".]+\.[^".]+\.([^".]+)"/.exec(text)?.[1] ?? [],
  )
  const cookies = (await context.cookies()).filter(({ name }) => name.startsWith('agent_guest'))
  expect(tokens.length).toBeGreaterThan(0)
  expect(cookies.length).toBe(1)
  expect(cookies.every(({ httpOnly }) => httpOnly)).toBe(true)
  return [
    ...tokens.map((value, index) => ({ name: `token ${index}`, value, mayBeIn: ['connect'] })),
    // It comes in a header of `/api/connect`, which no script can read.
    ...cookies.map(({ value }) => ({
      name: 'the identity',
      value: value.split('.')[2] ?? value,
      mayBeIn: [],
    })),
  ]
}

/** Everything that a script of the page can read of what the browser keeps. */
function storageOf(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const kept = [localStorage, sessionStorage].map((area) => JSON.stringify({ ...area }))
    const databases = await indexedDB.databases()
    const cached = await caches.keys()
    return [...kept, document.cookie, JSON.stringify(databases), ...cached].join('\n')
  })
}
