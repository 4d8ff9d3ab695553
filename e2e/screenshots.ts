/** Goes through the page's main states and takes a picture of each. Run by `screenshots.config.ts`. */
import { copyFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import type { ChatPage } from './chat-page.ts'
import { expect, test } from './fixtures.ts'
import type { Model } from './product/model.ts'
import { root } from './product/node-process.ts'

const folder = join(root, 'test-results/screenshots')
const readmeFolder = join(root, 'docs/screenshots')
/** Those that are kept for the README, and their names there. */
const inReadme: Readonly<Record<string, string>> = {
  'streaming-light-wide': 'desktop-light',
  'answer-dark-wide': 'desktop-dark',
  'queue-light-phone': 'phone-light',
  'streaming-dark-phone': 'phone-dark',
}

const code = `Retrying at once makes a bad moment worse: everyone comes back together. Wait longer after
each failure, and add a little chance.

\`\`\`ts
async function retry<T>(run: () => Promise<T>, attempts = 5): Promise<T> {
  for (let failures = 0; ; failures++) {
    try {
      return await run()
    } catch (cause) {
      if (failures + 1 >= attempts) throw cause
      await pause(2 ** failures * 100 * (0.5 + Math.random() / 2))
    }
  }
}
\`\`\`

| failure | waits at least | at most |
| --- | ---: | ---: |
| first | 50 ms | 100 ms |
| second | 100 ms | 200 ms |
| third | 200 ms | 400 ms |

Test it with a clock of your own, so that no test waits.`

const lisbon = [
  '## Three quiet days\n\n',
  '**Friday.** Arrive by noon, leave the bag, and walk up through Graça. ',
  'The viewpoint is empty before four.\n\n',
  '- lunch at a *tasca* with six tables\n',
  '- the tile museum, an hour and a half\n',
  '- supper early, by the river\n\n',
  '| hour | where | on foot |\n| --- | --- | ---: |\n',
  '| 12:30 | Graça | 15 min |\n| 15:00 | Tile museum | 25 min |\n| 19:00 | The river | 20 min |\n\n',
  '**Saturday.** Take the first train to Sintra and',
  ' come back for lunch.',
]

const phone = {
  viewport: { width: 390, height: 844 },
  deviceScaleFactor: 2,
  hasTouch: true,
  isMobile: true,
}
const sights = [
  { name: 'light-wide', isPhone: false, options: { colorScheme: 'light' } },
  { name: 'dark-wide', isPhone: false, options: { colorScheme: 'dark' } },
  { name: 'light-phone', isPhone: true, options: { colorScheme: 'light', ...phone } },
  { name: 'dark-phone', isPhone: true, options: { colorScheme: 'dark', ...phone } },
] as const

for (const { name, isPhone, options } of sights) {
  test.describe(name, () => {
    test.use(options)

    test('pictures of answers and questions', async ({ chat, model }) => {
      const { page } = chat
      const shoot = (state: string) => take(page, `${state}-${name}`)
      await model.next({ text: 'Wait a moment before you ask again.' }, { text: code })
      await chat.ask('How do I retry?')
      await chat.toHaveExchanges(1)
      await chat.action('Regenerate').click()
      await expect(chat.lastAnswer).toContainText('2/2')
      await chat.toHaveExchanges(1)
      await expect(chat.lastAnswer.locator('.hljs-keyword').first()).toBeVisible()
      await shoot('side-by-side')
      await chat.action('About this answer').click()
      await expect(page.getByRole('term').first()).toBeVisible()
      await shoot('about')
      await page.keyboard.press('Escape')
      await chat.action('Bad answer').click()
      await page.getByRole('textbox', { name: 'Comment' }).fill('The table is not needed.')
      await shoot('comment')
      await page.keyboard.press('Escape')

      await chat.edit('How do I retry?')
      await expect(chat.editor).toBeFocused()
      await shoot('edit')
      await model.next({ tokens: lisbon, hold: 7 })
      await chat.editor.fill('Where do I go in Lisbon?')
      await chat.editor.press('Enter')
      await expect(chat.busyAnswer).toContainText('Writing a table')
      await shoot('table-coming')
      await model.release()
      await chat.toHaveExchanges(1)
      await chat.version('Previous').click()
      await expect(page.getByRole('button', { name: 'Back to the latest' })).toBeVisible()
      await shoot('left')
    })

    test('pictures of what is rarer', async ({ chat, model, network, server }) => {
      const { page } = chat
      const shoot = (state: string) => take(page, `${state}-${name}`)
      const side = async () => {
        if (isPhone) await page.getByRole('button', { name: 'Open sessions' }).click()
      }
      await server.restart('directed', { MODELS: 'openai/gpt-4-turbo,test/small,test/large' })
      await chat.open('/')
      await model.next({ reasoning: 40, text: 'Because of the light.', hold: 0 })
      await chat.ask('Why is the sky blue?')
      await expect(chat.lastAnswer.getByRole('button', { name: /^Reasoning/ })).toContainText(
        'Hmm.',
      )
      await shoot('reasoning')
      await model.release()
      await chat.toHaveExchanges(1)
      await chat.lastAnswer.getByRole('button', { name: /^Reasoning/ }).click()
      await shoot('reasoning-open')
      await model.next({ tokens: ['One ', 'moment'], hold: 0 })
      await chat.ask('And the sea?')
      await expect(chat.busyAnswer).toContainText('Thinking')
      await shoot('thinking')
      await chat.stop.click()
      await chat.toHaveExchanges(2)
      await shoot('stopped')
      await page.getByRole('button', { name: /^Model:/ }).click()
      await expect(page.getByRole('combobox', { name: 'Search models' })).toBeFocused()
      await shoot('models')
      await page.keyboard.press('Escape')
      await side()
      const row = chat.sessions.getByRole('listitem').first()
      await row.getByRole('button', { name: 'More' }).click()
      await expect(page.getByRole('menuitem', { name: 'Rename' })).toBeVisible()
      await shoot('session-menu')
      await page.getByRole('menuitem', { name: 'Rename' }).click()
      await expect(page.getByRole('textbox', { name: 'Title' })).toBeFocused()
      await shoot('rename')
      await page.keyboard.press('Enter')
      await chat.search.fill('xylophone')
      await expect(chat.sessions.getByText('Nothing was found.')).toBeVisible()
      await shoot('search')
      await page.goto('/s/no-such-session')
      await expect(page.getByText('There is no such chat here.')).toBeVisible()
      await shoot('not-found')
      await page
        .context()
        .addCookies([
          { name: 'agent-websocket-language', value: 'de', url: new URL('/', page.url()).href },
        ])
      await page.goto('/')
      await expect(page.getByRole('status', { name: 'Verbindung' })).toHaveText('Verbunden')
      await shoot('german')
      network.goAway()
      await expect(page.getByRole('status', { name: 'Verbindung' })).toHaveText('Offline …')
      await shoot('german-offline')
    })

    test('pictures', async ({ chat, model, network, server }) => {
      const { page } = chat
      const shoot = (state: string) => take(page, `${state}-${name}`)
      await shoot('empty')
      await fillSessions(chat, model)
      await model.next({ text: code })
      await chat.open('/')
      await chat.ask('Write a function that retries with backoff')
      await chat.toHaveExchanges(1)
      await expect(chat.lastAnswer.getByRole('table')).toBeVisible()
      await expect(chat.lastAnswer.locator('.hljs-keyword').first()).toBeVisible()
      await shoot('answer')

      await model.next({ tokens: lisbon, hold: lisbon.length - 1 })
      await chat.open('/')
      await chat.ask('Plan three quiet days in Lisbon')
      await expect(chat.busyAnswer).toContainText('first train to Sintra and')
      await expect(chat.busyAnswer.getByRole('heading')).toBeVisible()
      await shoot('streaming')
      await chat.ask('And where do I sleep?')
      await chat.ask('What is it like in November?')
      await expect(chat.queue.getByRole('listitem')).toHaveCount(2)
      await chat.message.fill('One more thing: ')
      await shoot('queue')
      await chat.message.fill('')
      await chat.inQueue('And where', 'Edit').click()
      await expect(chat.queueField).toBeFocused()
      await shoot('queue-edit')
      await chat.queueField.press('Escape')
      await chat.message.fill('/')
      await expect(page.getByRole('listbox', { name: 'Commands' })).toBeVisible()
      await shoot('commands')
      await chat.message.fill('')
      await model.release()
      await chat.toHaveExchanges(3)

      await model.next(
        { fault: { kind: 'status', status: 401 } },
        { tokens: ['A sentence that ', 'breaks'], fault: { kind: 'truncate', afterTokens: 1 } },
      )
      await chat.open('/')
      await chat.ask('Is the key right?')
      await chat.toHaveExchanges(1)
      await chat.ask('And the network?')
      await chat.toHaveExchanges(2)
      await shoot('error')

      const sessionId = page.url().split('/').at(-1) ?? ''
      await server.notify({ sessionId, content: 'The build is red.', level: 'warning' })
      await expect(page.getByRole('alert').filter({ hasText: 'The build is red.' })).toBeVisible()
      await shoot('notification')
      await page.getByRole('button', { name: 'Dismiss' }).click()

      if (isPhone) {
        await page.getByRole('button', { name: 'Open sessions' }).click()
        await expect(chat.session('Is the key right?')).toBeVisible()
        await shoot('drawer')
      }
      await page.getByRole('button', { name: 'Settings' }).click()
      await expect(page.getByRole('dialog', { name: 'Settings' })).toBeVisible()
      await shoot('dialog')
      await page.keyboard.press('Escape')
      await page.keyboard.press('Control+k')
      await expect(page.getByRole('option', { name: 'Is the key right?' })).toBeVisible()
      await shoot('palette')
      await page.keyboard.press('Escape')
      await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur())
      await page.keyboard.press('?')
      await expect(page.getByRole('dialog', { name: 'Keyboard' })).toBeVisible()
      await shoot('keyboard')
      await page.keyboard.press('Escape')
      await expect(page.getByRole('dialog')).toHaveCount(0)
      if (isPhone) {
        await page.getByRole('button', { name: 'Open sessions' }).click()
        await expect(chat.session('Is the key right?')).toBeVisible()
      }
      await chat.choose('Is the key right?', 'Delete')
      await expect(page.getByRole('button', { name: 'Undo' })).toBeVisible()
      await shoot('undo')
      await page.getByRole('button', { name: 'Undo' }).click()

      network.goAway()
      await chat.toBeOffline()
      await chat.ask('Written in a tunnel')
      await expect(chat.questions.last()).toContainText('Waiting for the network')
      await shoot('offline')
    })
  })
}

/** Some conversations, for the side. */
async function fillSessions(chat: ChatPage, model: Model): Promise<void> {
  const questions = ['Say no to a meeting, kindly', 'HTTP and WebSocket in a table', 'Soup for six']
  await model.next(...questions.map(() => ({ text: 'Gladly.' })))
  for (const question of questions) {
    await chat.open('/')
    await chat.ask(question)
    await chat.toHaveExchanges(1)
  }
}

async function take(page: Page, name: string): Promise<void> {
  await page.evaluate(() => document.fonts.ready)
  const path = join(folder, `${name}.png`)
  await page.mouse.move(0, 0)
  await page.screenshot({ path, animations: 'disabled', caret: 'initial' })
  const kept = inReadme[name]
  if (kept === undefined) return
  await mkdir(readmeFolder, { recursive: true })
  await copyFile(path, join(readmeFolder, `${kept}.png`))
}
