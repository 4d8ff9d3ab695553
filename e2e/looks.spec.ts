/** Light and dark, and a phone. */
import type { Locator } from '@playwright/test'
import { devices } from '@playwright/test'
import { sessionUrl } from './chat-page.ts'
import { expect, test } from './fixtures.ts'

/** From 0 (black) to 255, of what the page is painted on. */
async function brightness(root: Locator): Promise<number> {
  return root.evaluate((element) => {
    const canvas = document.createElement('canvas')
    const paint = canvas.getContext('2d')
    if (!paint) throw new Error('no canvas')
    paint.fillStyle = getComputedStyle(element).backgroundColor
    paint.fillRect(0, 0, 1, 1)
    const [red = 0, green = 0, blue = 0] = paint.getImageData(0, 0, 1, 1).data
    return (red + green + blue) / 3
  })
}

test('light or dark: as the system has it, until one chooses, and then over reloads', async ({
  chat,
}) => {
  const { page } = chat
  const root = page.locator('html')
  await page.emulateMedia({ colorScheme: 'dark' })
  await expect.poll(() => brightness(root)).toBeLessThan(60)
  await page.emulateMedia({ colorScheme: 'light' })
  await expect.poll(() => brightness(root)).toBeGreaterThan(230)

  const theme = chat.sessions.getByRole('radiogroup', { name: 'Theme' })
  await theme.getByRole('radio', { name: 'Dark' }).click()
  await expect.poll(() => brightness(root)).toBeLessThan(60)
  await page.reload()
  await expect(theme.getByRole('radio', { name: 'Dark' })).toBeChecked()
  await expect.poll(() => brightness(root)).toBeLessThan(60)
  await theme.getByRole('radio', { name: 'System' }).click()
  await expect.poll(() => brightness(root)).toBeGreaterThan(230)
})

test.describe('on a phone', () => {
  const { defaultBrowserType: _, ...phone } = devices['iPhone 13']
  test.use({ ...phone, viewport: { width: 390, height: 844 } })

  test('the sessions are in a drawer that closes when one has gone somewhere', async ({ chat }) => {
    const { page } = chat
    const open = page.getByRole('button', { name: 'Open sessions' })
    const drawer = page.getByRole('dialog', { name: 'Sessions' })
    await chat.ask('About apples')
    await expect(page).toHaveURL(sessionUrl)
    await chat.toHaveExchanges(1)
    await expect(chat.sessions).toBeHidden()

    await open.tap()
    await expect(drawer).toBeVisible()
    await chat.newChat.tap()
    await expect(drawer).toBeHidden()
    await expect(page).toHaveURL(/\/$/)

    await open.tap()
    await chat.session('About apples').tap()
    await expect(drawer).toBeHidden()
    await expect(chat.questions).toHaveText('About apples')

    await open.tap()
    await expect(drawer).toBeVisible()
    await page.keyboard.press('Escape')
    await expect(drawer).toBeHidden()
    await expect(open).toBeFocused()
  })

  test('nothing is wider than the screen, and code and tables scroll by themselves', async ({
    chat,
    model,
  }) => {
    const long = 'averylongword'.repeat(20)
    const row = `| ${Array.from({ length: 12 }, (_, column) => `column ${column}`).join(' | ')} |`
    const rule = `|${' --- |'.repeat(12)}`
    await model.next({
      text: `# ${long}\n\n${long}\n\n\`\`\`ts\nconst a = '${long}'\n\`\`\`\n\n${row}\n${rule}\n${row}`,
    })
    await chat.ask(long)
    await chat.toHaveExchanges(1)
    const code = chat.lastAnswer.locator('pre')
    await expect(code).toBeVisible()
    await expect(chat.lastAnswer.getByRole('table')).toBeVisible()
    const tooWide = await chat.page.evaluate(() => {
      const { scrollWidth, clientWidth } = document.documentElement
      return scrollWidth - clientWidth
    })
    expect(tooWide).toBe(0)
    expect(await code.evaluate((element) => element.scrollWidth > element.clientWidth)).toBe(true)
    await expect(chat.message).toBeInViewport({ ratio: 1 })
    await expect(chat.page.getByRole('button', { name: 'Open sessions' })).toBeInViewport()
  })

  test('what fingers press is 44 pixels high', async ({ chat, model }) => {
    await model.next({ tokens: ['Held', ' back'], hold: 1 })
    await chat.ask('Hello')
    await expect(chat.lastAnswer).toContainText('Held')
    await chat.message.fill('More')
    const buttons = [chat.stop, chat.send, chat.page.getByRole('button', { name: 'Open sessions' })]
    await model.release()
    for (const name of ['Copy', 'Regenerate', 'Good answer', 'Bad answer']) {
      await expect(chat.action(name)).toBeVisible()
    }
    const actions = ['Copy', 'Regenerate', 'Good answer', 'Bad answer'].map((it) => chat.action(it))
    for (const button of [...buttons.slice(1), ...actions]) {
      const box = await button.boundingBox()
      expect.soft(Math.min(box?.height ?? 0, box?.width ?? 0)).toBeGreaterThanOrEqual(44)
    }
  })
})
