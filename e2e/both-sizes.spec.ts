/** What users meet every day, on a desktop and on a phone: the points that other specs prove at one size alone. */
import type { ChatPage } from './chat-page.ts'
import { sessionUrl } from './chat-page.ts'
import { expect, test } from './fixtures.ts'

const sizes = [
  { name: 'at 1280 px', options: { viewport: { width: 1280, height: 800 } } },
  { name: 'at 390 px', options: { viewport: { width: 390, height: 844 }, hasTouch: true } },
] as const

for (const { name, options } of sizes) {
  const isPhone = 'hasTouch' in options
  const showSessions = async ({ page, sessions }: ChatPage) => {
    if (!isPhone) return
    await page.getByRole('button', { name: 'Open sessions' }).click()
    await expect(sessions).toBeVisible()
  }

  test.describe(name, () => {
    test.use(options)

    test('P1, P2, R4: a suggestion, Stop, Regenerate, Copy, and a failure with Try again', async ({
      chat,
      context,
      model,
    }) => {
      await context.grantPermissions(['clipboard-read', 'clipboard-write'])
      await model.next({ tokens: ['So ', 'far'], hold: 1 }, { text: 'Once **more**.' })
      await chat.page.getByRole('list', { name: 'Suggestions' }).getByRole('button').first().click()
      await expect(chat.page).toHaveURL(sessionUrl)
      await expect(chat.busyAnswer).toContainText('So')
      await chat.stop.click()
      await expect(chat.lastAnswer).toContainText('You stopped this answer.')
      await chat.lastAnswer.getByRole('button', { name: /^(Regenerate|Try again)$/ }).click()
      await expect(chat.lastAnswer).toContainText('Once more.')
      await expect(chat.lastAnswer).toContainText('2/2')
      await chat.action('Copy').click()
      await expect
        .poll(() => chat.page.evaluate(() => navigator.clipboard.readText()))
        .toBe('Once **more**.')

      await model.next({ fault: { kind: 'status', status: 401 } }, { text: 'Now it is.' })
      await chat.ask('Is the key right?')
      await expect(chat.lastAnswer).toContainText('did not accept the API key')
      await expect(chat.lastAnswer.getByRole('button', { name: 'Try again' })).toHaveCount(1)
      await chat.action('Try again').click()
      await expect(chat.lastAnswer).toContainText('Now it is.')
    })

    test('P23: a message is there at once, has its place in the queue, and is withdrawn', async ({
      chat,
      model,
    }) => {
      await model.next({ tokens: ['A', 'lpha'], hold: 1 })
      await chat.ask('First')
      await expect(chat.questions.first()).toHaveAccessibleName('You, answering')
      await expect(chat.busyAnswer).toContainText('A')
      await chat.ask('Second')
      await chat.ask('Third')
      await expect(chat.queued('Second')).toContainText('Queued, place 1')
      await expect(chat.queued('Third')).toContainText('Queued, place 2')
      await chat.withdraw('Second')
      await expect(chat.queued('Third')).toContainText('Queued, place 1')
      await model.release()
      await chat.toHaveExchanges(2)
      await expect(chat.questions).toHaveText(['First', 'Third'])
    })

    test('S20: a chat is titled from its first message, renamed in place, and found', async ({
      chat,
      model,
    }) => {
      await model.next({ text: 'They keep best in a cold cellar.' })
      await chat.ask('About apples')
      await chat.toHaveExchanges(1)
      await showSessions(chat)
      await chat.choose('About apples', 'Rename')
      const field = chat.sessions.getByRole('textbox', { name: 'Title' })
      await field.fill('Not this')
      await field.press('Escape')
      await expect(field).toHaveCount(0)
      await expect(chat.session('About apples')).toBeVisible()
      await chat.choose('About apples', 'Rename')
      await field.fill('The winter store')
      await field.press('Enter')
      await expect(chat.sessions.getByRole('link')).toHaveText(['The winter store'])
      await chat.search.fill('winter quinces')
      await expect(chat.sessions.getByText('Nothing was found.')).toBeVisible()
      await chat.search.fill('cellar')
      await expect(chat.sessions.getByRole('link')).toHaveText(['The winter store'])
    })

    test('N1, P23: offline one sees when it is tried again, and tries at once; a notification is a toast', async ({
      chat,
      network,
      server,
    }) => {
      const { page } = chat
      await chat.ask('Hello')
      await chat.toHaveExchanges(1)
      const sessionId = page.url().split('/').at(-1) ?? ''
      network.goAway()
      await chat.toBeOffline()
      await expect(page.getByText(isPhone ? /^in \d+ s$/ : /^next try in \d+ s$/)).toBeVisible()
      await chat.ask('Written in a tunnel')
      await expect(chat.questions.last()).toContainText('Waiting for the network')
      network.comeBack()
      await chat.tryNow()
      await chat.toBeConnected()
      await chat.toHaveExchanges(2)

      // A toast is there for a few seconds, and the spec may be late.
      await chat.lookAway()
      await server.notify({ sessionId, content: 'The build is red.', level: 'warning' })
      const toast = page.getByRole('alert').filter({ hasText: 'The build is red.' })
      await expect(toast).toBeVisible()
      await expect(chat.log.getByRole('article', { name: /^Notification/ }).last()).toHaveText(
        'The build is red.',
      )
      await page.getByRole('button', { name: 'Dismiss' }).click()
      await expect(toast).toHaveCount(0)
    })
  })
}
