/**
 * Issue 6, number 5: from the call of a backend to the picture of the page, 100 times, each shown once; and those that
 * came while the page was closed. Run by `notify-delay.config.ts`.
 */
import { setTimeout } from 'node:timers/promises'
import type { Page } from '@playwright/test'
import type { ChatPage } from './chat-page.ts'
import { expect, test } from './fixtures.ts'

const count = 100
const contents = Array.from({ length: count }, (_, index) => `Build ${index} is green.`)

test('from notify to the page', async ({ chat, server, newTab }) => {
  await chat.ask('Hello')
  await chat.toHaveExchanges(1)
  const sessionId = chat.page.url().split('/').at(-1) ?? ''
  await keepTimes(chat)
  const shownMs: number[] = []
  const acknowledgedMs: number[] = []
  for (const content of contents) {
    // Not in step with the frames of the page.
    await setTimeout(50 + Math.random() * 100)
    const sentAt = Date.now()
    const acknowledged = server.notify({ sessionId, content }).then(() => Date.now())
    shownMs.push((await shownAt(chat.page, content)) - sentAt)
    acknowledgedMs.push((await acknowledged) - sentAt)
  }
  for (const [what, delays] of [
    ['shown', shownMs],
    ['acknowledged', acknowledgedMs],
  ] as const) {
    const [median, p95, most] = [0.5, 0.95, 1].map((part) => quantile(delays, part))
    process.stdout.write(`\n| ${what} | ${median} ms | ${p95} ms | ${most} ms |\n`)
  }
  expect(quantile(shownMs, 0.5)).toBeLessThan(100)
  await expect(chat.log.getByText(/^Build \d+ is green\.$/)).toHaveText(contents)

  const again = await newTab(chat)
  await again.page.goto('about:blank')
  const url = chat.page.url()
  await chat.page.close()
  const missed = contents.map((content) => `Missed: ${content}`)
  for (const content of missed) await server.notify({ sessionId, content })
  await again.open(url)
  await expect(again.log.getByText(/^Missed: Build \d+ is green\.$/)).toHaveText(missed)
})

/** The page itself notes when it has drawn what came: to ask from outside takes longer than what is measured. */
async function keepTimes(chat: ChatPage): Promise<void> {
  await chat.log.evaluate((log) => {
    const times: Record<string, number> = {}
    Object.assign(window, { notificationTimes: times })
    new MutationObserver(() => {
      const text = [...log.querySelectorAll('article')].at(-1)?.textContent?.trim() ?? ''
      // The frame after the one in which it is drawn: by then it is on the screen.
      requestAnimationFrame(() =>
        requestAnimationFrame(() => {
          times[text] ??= Date.now()
        }),
      )
    }).observe(log, { childList: true, subtree: true, characterData: true })
  })
}

/** In milliseconds since 1970. */
async function shownAt(page: Page, content: string): Promise<number> {
  const time = await page.waitForFunction(
    (text) =>
      (window as unknown as { notificationTimes: Record<string, number> }).notificationTimes[text],
    content,
  )
  return Number(await time.jsonValue())
}

/** Of delays in milliseconds: the one that this part of them is not above. */
function quantile(delays: readonly number[], part: number): number {
  const sorted = delays.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)] ?? Number.NaN
}
