/**
 * What a spec gets on top of the tester's kit: a page that is connected (`chat`), the network and the server in
 * the words of the specs, and further tabs and browsers. Each test is a new guest; whatever a page may not do
 * fails it (`Watch`).
 */
import type { BrowserContext, Page } from '@playwright/test'
import { test as base, expect } from '../src/testing/playwright.ts'
import { ChatPage } from './chat-page.ts'
import type { Network } from './product/network.ts'
import { openProduct, type Product, type Server } from './product/product.ts'
import { Watch } from './watch.ts'

export { expect }

/** `E2E_SLOW=4`: the scripts of each page are four times as slow, to find specs that are ahead of it. */
const slowerTimes = Number(process.env.E2E_SLOW ?? 1)

interface Fixtures {
  /** The page at `/`, connected. */
  chat: ChatPage
  network: Network
  server: Server
  /** Another tab of the same browser, at the same place. */
  newTab: (like: ChatPage) => Promise<ChatPage>
  /** Another browser of the same guest, at the same place. */
  newBrowser: (like: ChatPage) => Promise<ChatPage>
  watch: Watch
}
export const test = base.extend<Fixtures, { product: Product }>({
  product: [
    async ({}, use) => {
      const product = await openProduct()
      await use(product)
      await product.close()
    },
    { scope: 'worker', timeout: 120_000 },
  ],
  agentServer: [({ product }, use) => use(product.server), { scope: 'worker' }],
  baseURL: ({ product }, use) => use(product.url),
  watch: [
    async ({ product }, use) => {
      const watch = new Watch([new URL(product.url).host, `127.0.0.1:${product.network.port}`])
      await use(watch)
      const { disturbed } = product
      await product.restore()
      expect(watch.complaints).toEqual([])
      if (!disturbed) expect(watch.connections).toEqual([])
    },
    { auto: true },
  ],
  context: async ({ context, watch }, use) => {
    watch.follow(context)
    if (slowerTimes > 1) context.on('page', slowDown)
    await use(context)
  },
  chat: async ({ page }, use) => {
    const chat = new ChatPage(page)
    await chat.open('/')
    await use(chat)
  },
  network: ({ product }, use) => use(product.network),
  server: ({ product }, use) => use(product.server),
  newTab: ({ context }, use) => use((like) => openLike(like.page, context)),
  newBrowser: async ({ browser, context, watch, contextOptions, baseURL }, use) => {
    const contexts: BrowserContext[] = []
    await use(async (like) => {
      const storageState = await context.storageState()
      const other = await browser.newContext({
        ...contextOptions,
        ...(baseURL && { baseURL }),
        storageState,
      })
      contexts.push(other)
      watch.follow(other)
      return openLike(like.page, other)
    })
    await Promise.all(contexts.map((other) => other.close()))
  },
})

/** A page that has gone by then need not be slow. */
async function slowDown(page: Page): Promise<void> {
  const browser = await page
    .context()
    .newCDPSession(page)
    .catch(() => null)
  await browser?.send('Emulation.setCPUThrottlingRate', { rate: slowerTimes }).catch(() => {})
}

async function openLike(like: Page, context: BrowserContext): Promise<ChatPage> {
  const chat = new ChatPage(await context.newPage())
  await chat.open(like.url())
  return chat
}
