/** axe looks at each state of the page, in light and dark, wide and on a phone. */
import AxeBuilder from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { expect, test } from './fixtures.ts'

const text = [
  '## A heading',
  'A paragraph with `code`, **strength** and [a link](https://example.com/).',
  '- one\n- two',
  '```ts\nconst answer: number = 42\n```',
  '| a | b |\n| --- | --- |\n| 1 | 2 |',
  '> quoted',
].join('\n\n')

/** No violation, of whatever weight. */
async function toBeFine(page: Page): Promise<void> {
  // What fades in has its colours when it is there.
  await page.evaluate(() =>
    Promise.allSettled(
      document
        .getAnimations()
        .filter((each) => each.effect?.getComputedTiming().iterations !== Number.POSITIVE_INFINITY)
        .map((each) => each.finished),
    ),
  )
  const { violations } = await new AxeBuilder({ page }).analyze()
  const found = violations.map(({ id, help, nodes }) => ({
    id,
    help,
    where: nodes.map(({ html }) => html.slice(0, 200)),
  }))
  expect(found).toEqual([])
}

const sights = [
  { name: 'light', options: { colorScheme: 'light' } },
  { name: 'dark', options: { colorScheme: 'dark' } },
  {
    name: 'light, on a phone',
    options: { colorScheme: 'light', viewport: { width: 390, height: 844 }, hasTouch: true },
  },
  {
    name: 'dark, on a phone',
    options: { colorScheme: 'dark', viewport: { width: 390, height: 844 }, hasTouch: true },
  },
] as const

for (const { name, options } of sights) {
  test.describe(name, () => {
    // Nothing that fades is caught half-way.
    test.use({ ...options, contextOptions: { reducedMotion: 'reduce' } })
    const isPhone = 'viewport' in options

    test('P5: axe finds nothing in a conversation', async ({ chat, model }) => {
      const { page } = chat
      await toBeFine(page)
      await model.next({ text }, { tokens: ['So ', 'far'], hold: 1 })
      await chat.ask('Everything, please')
      await chat.toHaveExchanges(1)
      await expect(chat.lastAnswer.getByRole('table')).toBeVisible()
      await chat.action('Good answer').click()
      await expect(chat.action('Good answer')).toHaveAttribute('aria-pressed', 'true')
      await expect(page.getByRole('textbox', { name: 'Comment' })).toBeVisible()
      await toBeFine(page)
      await page.keyboard.press('Escape')
      // With its tip.
      await chat.action('Copy').focus()
      await page.keyboard.press('Tab')
      await expect(page.locator('[data-radix-popper-content-wrapper]')).toBeVisible()
      await toBeFine(page)
      await chat.action('About this answer').click()
      await expect(page.getByRole('dialog', { name: 'About this answer' })).toBeVisible()
      await toBeFine(page)
      await page.keyboard.press('Escape')
      await chat.edit('Everything, please')
      await expect(chat.editor).toBeFocused()
      await toBeFine(page)
      await chat.editor.press('Escape')

      await chat.ask('And more')
      await expect(chat.busyAnswer).toContainText('So')
      await chat.ask('This one waits')
      await expect(chat.queued('This one waits')).toBeVisible()
      await toBeFine(page)
      await model.release()
      await chat.toHaveExchanges(3)
    })

    test('P5: axe finds nothing where something went wrong', async ({
      chat,
      model,
      network,
      server,
    }) => {
      await model.next({ fault: { kind: 'status', status: 401 } })
      await chat.ask('Will this fail?')
      await expect(chat.lastAnswer).toHaveAttribute('aria-busy', 'false')
      await toBeFine(chat.page)
      const sessionId = chat.page.url().split('/').at(-1) ?? ''
      await chat.lookAway()
      await server.notify({ sessionId, content: 'The build is red.', level: 'error' })
      await expect(
        chat.page.getByRole('alert').filter({ hasText: 'The build is red.' }),
      ).toBeVisible()
      await toBeFine(chat.page)
      await chat.lookBack()
      network.goAway()
      await chat.toBeOffline()
      await chat.ask('Into the void')
      await expect(chat.questions.last()).toContainText('Waiting for the network')
      await toBeFine(chat.page)
      network.comeBack()
      await chat.toBeConnected()
      // Left on its way, it would be asked in the next test.
      await chat.toHaveExchanges(2)
      await chat.page.goto('/s/no-such-session')
      await expect(chat.page.getByText('There is no such chat here.')).toBeVisible()
      await toBeFine(chat.page)
    })

    test('P5: axe finds nothing in the queue and the commands', async ({
      chat,
      model,
      network,
      server,
      newTab,
    }) => {
      const { page } = chat
      const settings = { MODELS: 'openai/gpt-4-turbo,test/small', MAX_MESSAGE_BYTES: '1024' }
      await server.restart('directed', settings)
      await page.reload()
      await chat.toBeConnected()
      await model.next({ tokens: ['So ', 'far'], hold: 1 })
      await chat.ask('First')
      await expect(chat.busyAnswer).toContainText('So')
      await chat.ask('Second')
      await chat.ask('Third')
      await expect(chat.inQueue('Third', 'Move')).toBeVisible()
      await toBeFine(page)
      await chat.inQueue('Second', 'Edit').click()
      await expect(chat.queueField).toBeFocused()
      await toBeFine(page)
      await chat.queueField.press('Escape')

      await chat.message.fill('/')
      await expect(page.getByRole('listbox', { name: 'Commands' })).toBeVisible()
      await toBeFine(page)
      await chat.message.fill('word '.repeat(210))
      await expect(chat.message).toHaveAccessibleDescription(/Too long/)
      await toBeFine(page)
      await chat.message.fill('')
      await page.getByRole('button', { name: /^Model:/ }).click()
      await expect(page.getByRole('combobox', { name: 'Search models' })).toBeFocused()
      await toBeFine(page)
      await page.keyboard.press('Escape')

      // The server holds it no more. Here that shows at once.
      const other = await newTab(chat)
      await expect(other.queued('Second')).toContainText('Queued, place 1')
      await other.page.close()
      network.goAway()
      await chat.toBeOffline()
      await chat.inQueue('Second', 'Edit').click()
      await chat.queueField.fill('Second, too late')
      await model.release()
      await model.finished(3)
      network.comeBack()
      await expect(page.getByRole('region', { name: 'Late edit' })).toBeVisible()
      await chat.toHaveExchanges(3)
      await toBeFine(page)
    })

    test('P5: axe finds nothing in menus and dialogs', async ({ chat }) => {
      const { page } = chat
      await chat.ask('About apples')
      await chat.toHaveExchanges(1)
      if (isPhone) {
        await page.getByRole('button', { name: 'Open sessions' }).click()
        await expect(chat.session('About apples')).toBeVisible()
        await toBeFine(page)
      }
      await chat.sessions.getByRole('button', { name: 'More' }).click()
      await expect(page.getByRole('menuitem', { name: 'Rename' })).toBeVisible()
      await toBeFine(page)
      await page.getByRole('menuitem', { name: 'Rename' }).click()
      await expect(page.getByRole('textbox', { name: 'Title' })).toBeFocused()
      await toBeFine(page)
      await page.keyboard.press('Enter')
      await expect(page.getByRole('textbox', { name: 'Title' })).toHaveCount(0)
      if (isPhone) {
        await page.keyboard.press('Escape')
        await expect(page.getByRole('dialog')).toHaveCount(0)
      }
      for (const button of ['Settings', 'Commands']) {
        if (isPhone) await page.getByRole('button', { name: 'Open sessions' }).click()
        await page.getByRole('button', { name: button }).click()
        await expect(page.getByRole('dialog', { name: button })).toBeVisible()
        await toBeFine(page)
        await page.keyboard.press('Escape')
        await expect(page.getByRole('dialog')).toHaveCount(0)
      }
      await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur())
      await page.keyboard.press('?')
      await expect(page.getByRole('dialog', { name: 'Keyboard' })).toBeVisible()
      await toBeFine(page)
      await page.keyboard.press('Escape')
      await expect(page.getByRole('dialog')).toHaveCount(0)
      await chat.lookAway()
      if (isPhone) await page.getByRole('button', { name: 'Open sessions' }).click()
      await chat.choose('About apples', 'Delete')
      await expect(page.getByRole('button', { name: 'Undo' })).toBeVisible()
      await toBeFine(page)
    })
  })
}
