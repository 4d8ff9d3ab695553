/** Who reads an answer while it is written: the page stays at its end with them, and lets go when they leave it. */
import type { Page } from '@playwright/test'
import { createAgentClient } from '../src/client/index.ts'
import { boxAtRest } from './at-rest.ts'
import type { ChatPage } from './chat-page.ts'
import { expect, test } from './fixtures.ts'
import type { Model } from './product/model.ts'

const lines = Array.from({ length: 60 }, (_, line) => `Line ${line}.\n\n`)

/** An answer that is half written, longer than the window. */
async function halfWritten(chat: ChatPage, model: Model): Promise<void> {
  await model.next({ tokens: lines, hold: 40 })
  await chat.ask('Many lines')
  await expect(chat.busyAnswer.getByText('Line 39.')).toBeInViewport()
}

async function writeOn(chat: ChatPage, model: Model): Promise<void> {
  await model.release()
  await chat.toHaveExchanges(1)
  await expect(chat.lastAnswer).toContainText('Line 59.')
}

const toEndOf = (page: Page) => page.getByRole('button', { name: 'Scroll to end' })

test('R3: the keyboard leaves the end, and comes back to it', async ({ chat, model }) => {
  const { page } = chat
  await halfWritten(chat, model)
  await chat.busyAnswer.getByText('Line 39.').click()
  await page.keyboard.press('PageUp')
  await expect(toEndOf(page)).toBeVisible()
  await writeOn(chat, model)
  await expect(chat.lastAnswer.getByText('Line 59.')).not.toBeInViewport()
  await page.keyboard.press('End')
  await expect(chat.lastAnswer.getByText('Line 59.')).toBeInViewport()
  await expect(toEndOf(page)).toBeHidden()
})

test('R3: while one selects text nothing moves, and not after it either', async ({
  chat,
  model,
}) => {
  const { page } = chat
  await halfWritten(chat, model)
  const box = await boxAtRest(chat.busyAnswer.getByText('Line 36.'))
  await page.mouse.move(box.x + 2, box.y + 8)
  await page.mouse.down()
  await page.mouse.move(box.x + 40, box.y + 10)
  await expect.poll(() => page.evaluate(() => String(getSelection()))).toContain('Lin')
  await model.release(10)
  await expect(chat.busyAnswer).toContainText('Line 49.')
  expect(await boxAtRest(chat.busyAnswer.getByText('Line 36.'))).toEqual(box)
  await page.mouse.up()
  await expect(toEndOf(page)).toBeVisible()
  await writeOn(chat, model)
  expect(await boxAtRest(chat.lastAnswer.getByText('Line 36.'))).toEqual(box)
  await toEndOf(page).click()
  await expect(chat.lastAnswer.getByText('Line 59.')).toBeInViewport()
})

test('R3: one stays at the end while the room for the conversation changes', async ({
  chat,
  model,
}) => {
  const { page } = chat
  await halfWritten(chat, model)
  await chat.message.fill('A\nmessage\nof\nmany\nlines')
  await expect(chat.busyAnswer.getByText('Line 39.')).toBeInViewport()
  await page.setViewportSize({ width: 1280, height: 500 })
  await expect(chat.busyAnswer.getByText('Line 39.')).toBeInViewport()
  await writeOn(chat, model)
  await expect(chat.lastAnswer.getByText('Line 59.')).toBeInViewport()
})

test('R3: who sends goes to the end', async ({ chat, model }) => {
  const { page } = chat
  await halfWritten(chat, model)
  await writeOn(chat, model)
  await chat.log.hover()
  await page.mouse.wheel(0, -2_000)
  await expect(toEndOf(page)).toBeVisible()
  // A wheel rolls on for some frames.
  await boxAtRest(chat.lastAnswer)
  await model.next({ text: 'There.' })
  await chat.ask('And now?')
  await chat.toHaveExchanges(2)
  await expect(chat.lastAnswer).toBeInViewport()
  await expect(toEndOf(page)).toBeHidden()
})

test('R3: a conversation at its end asks for no frame of its own', async ({ chat, model }) => {
  const { page } = chat
  await halfWritten(chat, model)
  // Nothing more is to be painted: its message has been taken, and the list knows it.
  await expect(chat.session('Many lines')).toBeVisible()
  await boxAtRest(chat.busyAnswer)
  await page.evaluate(() => {
    const counted = window as { asked?: number }
    counted.asked = 0
    const ask = window.requestAnimationFrame
    window.requestAnimationFrame = (run) => {
      counted.asked = (counted.asked ?? 0) + 1
      return ask(run)
    }
  })
  // Room for it changes, nothing is said: whoever asks for a frame now is the one who follows.
  await page.setViewportSize({ width: 1280, height: 500 })
  await expect(chat.busyAnswer.getByText('Line 39.')).toBeInViewport()
  expect(await page.evaluate(() => (window as { asked?: number }).asked)).toBe(0)
  await writeOn(chat, model)
})

test('R3: earlier messages come in front of what one reads, though an answer is written meanwhile', async ({
  chat,
  model,
}) => {
  const { page } = chat
  await chat.ask('The first')
  await chat.toHaveExchanges(1)
  await model.next(
    ...Array.from({ length: 27 }, (_, one) => ({ text: `Said ${one}.\n\n`.repeat(4) })),
  )
  const reply = await page.request.post('/api/connect', {
    headers: { origin: new URL(page.url()).origin },
  })
  const { url, token } = await reply.json()
  const client = createAgentClient({ url, token: () => token })
  try {
    const session = client.session(page.url().split('/').at(-1) ?? '')
    for (let asked = 0; asked < 27; asked++) await session.ask(`Question ${asked}`).done
  } finally {
    await client.close()
  }
  await page.reload()
  await chat.toBeConnected()
  await model.next({ tokens: lines, hold: 40 })
  await chat.ask('Many lines')
  await expect(chat.busyAnswer.getByText('Line 39.')).toBeInViewport()
  const earlier = page.getByRole('button', { name: 'Load earlier messages' })
  await earlier.scrollIntoViewIfNeeded()
  const question = chat.questions.nth(2)
  // What rests out of sight has no words until it is painted.
  await expect(question).toContainText('Question', { useInnerText: true })
  const name = await question.innerText()
  const before = await boxAtRest(question)
  const count = await chat.questions.count()
  await Promise.all([earlier.click(), model.release()])
  await expect.poll(() => chat.questions.count()).toBeGreaterThan(count)
  await expect(chat.busyAnswer).toHaveCount(0)
  await expect(chat.lastAnswer).toContainText('Line 59.')
  const same = chat.questions.filter({ hasText: name.split('\n')[0] ?? name }).first()
  const after = await boxAtRest(same)
  expect(Math.abs(after.y - before.y)).toBeLessThan(1)
})

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true })

  test('R3: a finger leaves the end', async ({ chat, model }) => {
    const { page } = chat
    await halfWritten(chat, model)
    const cdp = await page.context().newCDPSession(page)
    const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', y?: number) =>
      cdp.send('Input.dispatchTouchEvent', {
        type,
        touchPoints: y === undefined ? [] : [{ x: 195, y }],
      })
    await touch('touchStart', 200)
    for (let y = 220; y <= 600; y += 20) await touch('touchMove', y)
    await touch('touchEnd')
    await expect(toEndOf(page)).toBeVisible()
    await writeOn(chat, model)
    await expect(chat.lastAnswer.getByText('Line 59.')).not.toBeInViewport()
    // Where the page still rolls, a first touch does no more than to stop it.
    await expect(async () => {
      // It may go by the touch before, which was late.
      if (await toEndOf(page).isVisible()) await toEndOf(page).tap({ timeout: 2_000 })
      await expect(chat.lastAnswer.getByText('Line 59.')).toBeInViewport({ timeout: 2_000 })
    }).toPass()
  })
})
