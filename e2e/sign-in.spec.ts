/** The page where users have a login of their own: who is signed in, and what is said when nobody is. */
import { createHmac } from 'node:crypto'
import { type BrowserContext, test as base, expect } from '@playwright/test'
import { ChatPage } from './chat-page.ts'
import { startNode } from './product/node-process.ts'
import { openProduct, type Product } from './product/product.ts'

const secret = 'a secret that the app and the agent share'
const cookie = 'app_token'
const signInUrl = 'https://app.example/login?back=chat'

interface TokenTimes {
  lifeS: number
  /** How far ahead of now it was issued, as a clock may be. */
  aheadS: number
}

/** Tokens count whole seconds: one of the second of a revocation would be void with those before. */
const afterRevocation = { aheadS: 2 }

const test = base.extend<
  { signIn: (sub: string, token?: Partial<TokenTimes>) => Promise<void> },
  { product: Product }
>({
  product: [
    async ({}, use) => {
      const env = {
        AUTH_MODE: 'jwt',
        AUTH_SECRET: secret,
        AUTH_TOKEN_COOKIE: cookie,
        AUTH_SIGN_IN_URL: signInUrl,
      }
      const product = await openProduct({ env })
      await use(product)
      await product.close()
    },
    { scope: 'worker', timeout: 120_000 },
  ],
  baseURL: ({ product }, use) => use(product.url),
  signIn: ({ context, product }, use) =>
    use((sub, { lifeS = 3600, aheadS = 0 } = {}) =>
      signIn(context, product.url, { sub, lifeS, aheadS }),
    ),
})

/** What the app's own login would do: a token in a cookie that no script reads. */
async function signIn(
  context: BrowserContext,
  url: string,
  { sub, lifeS, aheadS }: TokenTimes & { sub: string },
): Promise<void> {
  const iat = Math.floor(Date.now() / 1000) + aheadS
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const signed = `${part({ alg: 'HS256' })}.${part({ sub, iat, exp: iat + lifeS })}`
  const signature = createHmac('sha256', secret).update(signed).digest('base64url')
  const value = `${signed}.${signature}`
  await context.addCookies([{ name: cookie, value, url, httpOnly: true, sameSite: 'Lax' }])
}

test('U12: nobody signed in: the page says so and where to, and goes on by itself afterwards', async ({
  page,
  signIn,
}) => {
  const chat = new ChatPage(page)
  await page.goto('/')
  const notice = page.getByRole('alert').filter({ hasText: 'Sign in to chat.' })
  await expect(notice).toBeVisible()
  await expect(notice.getByRole('link', { name: 'Sign in' })).toHaveAttribute('href', signInUrl)
  await chat.toBeOffline()
  // In another tab, say.
  await signIn('ada')
  await chat.tryNow()
  await chat.toBeConnected()
  await expect(notice).toHaveCount(0)
  await chat.ask('Hello')
  await chat.toHaveExchanges(1)
})

test('U12: a sign-in that is ended from outside is said, and a new one goes on where it was', async ({
  page,
  signIn,
  product,
}) => {
  await signIn('ada')
  const chat = new ChatPage(page)
  await chat.open('/')
  await chat.ask('Hello')
  await chat.toHaveExchanges(1)
  const notice = page.getByRole('alert').filter({ hasText: 'Your sign-in has ended.' })
  // As an operator does, to whom a device was reported as lost.
  const revoke = await startNode({
    args: ['src/cli/main.ts', 'revoke', 'ada', '--url', `http://127.0.0.1:${product.network.port}`],
    env: { AUTH_MODE: 'jwt', AUTH_SECRET: secret },
    ready: /(ada) is signed out/,
  })
  await revoke.end()
  await expect(notice).toBeVisible()
  await expect(chat.questions).toHaveCount(1)
  await chat.ask('Are you there?')
  await chat.toBeOffline()
  await signIn('ada', afterRevocation)
  await chat.tryNow()
  await chat.toHaveExchanges(2)
  await expect(notice).toHaveCount(0)

  // A page stays whose it was, whoever signs in afterwards in the same browser.
  await signIn('ada', { ...afterRevocation, lifeS: -60 })
  await page.reload()
  await expect(notice).toBeVisible()
  await chat.toBeOffline()
  await signIn('eve')
  await chat.tryNow()
  await expect(page.getByRole('alert').filter({ hasText: 'Somebody else' })).toBeVisible()
  await chat.toBeOffline()
})

test('P13: where people sign in, the browser keeps nothing of the page', async ({
  page,
  signIn,
}) => {
  await signIn('anna')
  await page.goto('/')
  await new ChatPage(page).toBeConnected()
  // One of a time when nobody signed in here.
  await page.evaluate(async () => {
    await navigator.serviceWorker.register('/sw.js')
    await navigator.serviceWorker.ready
  })
  await page.reload()
  // Before that it hears no key.
  await new ChatPage(page).toBeConnected()
  await page.keyboard.press('a')
  const kept = () =>
    page.evaluate(async () => [
      (await navigator.serviceWorker.getRegistrations()).length,
      (await caches.keys()).length,
    ])
  await expect.poll(kept).toEqual([0, 0])
})
