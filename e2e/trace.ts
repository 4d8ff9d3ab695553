/**
 * Issue 5, number 4: 100 tokens a second into a conversation of 500 messages. What a token costs the main
 * thread, the longest task, and what moved. Run by `trace.config.ts`.
 */
import { setTimeout } from 'node:timers/promises'
import type { Page } from '@playwright/test'
import { createAgentClient } from '../src/client/index.ts'
import { test as base, expect } from './fixtures.ts'
import { layoutShift, watchLayoutShift } from './layout-shift.ts'
import { traceMainThread } from './main-thread.ts'
import { openProduct, type Product } from './product/product.ts'

const test = base.extend<object, { product: Product }>({
  product: [
    async ({}, use) => {
      const product = await openProduct({ env: { QUERIES_PER_MINUTE: '100000' } })
      await use(product)
      await product.close()
    },
    { scope: 'worker', timeout: 120_000 },
  ],
})

/** Half of the messages. `TRACE_EXCHANGES` takes a longer conversation. */
const exchanges = Number(process.env.TRACE_EXCHANGES ?? 250)
const tokensPerSecond = 100
const seconds = 15

const code =
  '```ts\nexport async function retry<T>(run: () => Promise<T>): Promise<T> {\n  for (;;) {\n    try {\n      return await run()\n    } catch (cause) {\n      await pause(100)\n    }\n  }\n}\n```\n\n'
const table = '| failure | waits |\n| --- | ---: |\n| first | 50 ms |\n| second | 100 ms |\n\n'
const prose =
  'Retrying at once makes a bad moment **worse**: everyone comes back together. Wait longer after each failure, and add a little chance, so that `clients` spread out.\n\n- one\n- two\n\n'

for (const { name, text } of [
  { name: 'prose, lists, code and tables', text: `## Part\n\n${prose}${code}${table}` },
  { name: 'one block of code', text: `\`\`\`ts\n${code.slice(6, -6).repeat(60)}\n\`\`\`` },
  { name: 'one paragraph', text: prose.slice(0, 150).repeat(80) },
]) {
  test(name, async ({ chat, model }) => {
    const { page } = chat
    await chat.ask('The first of many')
    await chat.toHaveExchanges(1)
    await model.next(...Array.from({ length: exchanges }, () => ({ text: prose + code + table })))
    await askMany(page)
    await page.reload()
    for (;;) {
      const earlier = page.getByRole('button', { name: 'Load earlier messages' })
      await expect(chat.answers.first()).toBeVisible()
      if ((await chat.answers.count()) > exchanges) break
      const before = await chat.answers.count()
      await earlier.click()
      await expect.poll(() => chat.answers.count()).toBeGreaterThan(before)
    }
    await page.getByRole('button', { name: 'Scroll to end' }).click()
    const tokens =
      text
        .repeat(50)
        .match(/[\s\S]{1,4}/g)
        ?.slice(0, tokensPerSecond * seconds) ?? []
    await model.next({ tokens, pace: { tokensPerSecond }, hold: 1 })
    await chat.ask('Now at length')
    await model.held(exchanges + 2)
    // The colours of what was loaded are work of the loading.
    await expect(page.locator('.code-frame code:not(:has([class^="hljs"]))')).toHaveCount(0)
    // And so is its garbage: some seconds later V8 would move what is left together, in one task.
    await collectGarbage(page)
    await watchLayoutShift(page)
    const idle = await traceMainThread(page, () => setTimeout(2_000))
    const work = await traceMainThread(page, async () => {
      await model.release()
      await model.finished(exchanges + 2)
    })
    const shift = await layoutShift(page)
    const perTokenMs = work.busyMs / tokens.length
    process.stdout.write(
      `\n| ${name} | ${perTokenMs.toFixed(2)} ms | ${work.longestTaskMs.toFixed(1)} ms | ${work.longTasks} | ${shift} | ${((idle.busyMs / idle.wallMs) * 100).toFixed(1)} % | ${((tokens.length / work.wallMs) * 1000).toFixed(0)}/s |\n`,
    )
    expect(perTokenMs).toBeLessThan(2)
    expect(work.longestTaskMs).toBeLessThan(50)
    expect(shift).toBe(0)
  })
}

async function collectGarbage(page: Page): Promise<void> {
  const chromium = await page.context().newCDPSession(page)
  await chromium.send('HeapProfiler.collectGarbage')
  await chromium.detach()
}

/** Asks until the conversation has its length, as a program of the same guest. */
async function askMany(page: Page): Promise<void> {
  const sessionId = page.url().split('/').at(-1) ?? ''
  const reply = await page.request.post('/api/connect', {
    headers: { origin: new URL(page.url()).origin },
  })
  const { url, token } = await reply.json()
  const client = createAgentClient({ url, token: () => token })
  try {
    const session = client.session(sessionId)
    for (let asked = 0; asked < exchanges; asked++) await session.ask(`Question ${asked}`).done
  } finally {
    await client.close()
  }
}
