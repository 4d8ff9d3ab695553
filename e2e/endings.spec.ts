/** How an answer may end, but by itself: one sentence, and the one button that helps. */
import { expect, test } from './fixtures.ts'

const tooLong = {
  fault: { kind: 'status', status: 400, body: { error: { code: 'context_length_exceeded' } } },
} as const
const declined = {
  fault: {
    kind: 'status',
    status: 403,
    body: { error: { code: 403, metadata: { reasons: ['x'], flagged_input: 'y' } } },
  },
} as const

for (const width of [1280, 390]) {
  test.describe(`at ${width} px`, () => {
    test.use({ viewport: { width, height: 844 } })

    test('R4: a question that is too long: Shorten opens it, and it is asked again', async ({
      chat,
      model,
    }) => {
      await model.next(tooLong, { text: 'That fits.' })
      await chat.ask('word '.repeat(900).trim())
      await expect(chat.lastAnswer).toContainText('too long for this model')
      await expect(chat.lastAnswer.getByRole('button', { name: 'Try again' })).toHaveCount(0)
      await chat.action('Shorten').click()
      await expect(chat.editor).toBeFocused()
      await chat.editor.fill('A few words')
      await chat.editor.press('Enter')
      await expect(chat.lastAnswer).toContainText('That fits.')
      await expect(chat.questions).toHaveText([/^A few words/])
    })

    test('R4: what was declined: Rephrase opens it, and it is asked again', async ({
      chat,
      model,
    }) => {
      await model.next(declined, { text: 'Gladly.' })
      await chat.ask('Said badly')
      await expect(chat.lastAnswer).toContainText('declined this message')
      await chat.action('Rephrase').click()
      await expect(chat.editor).toHaveValue('Said badly')
      await chat.editor.fill('Said well')
      await chat.editor.press('Enter')
      await expect(chat.lastAnswer).toContainText('Gladly.')
      await expect(chat.questions).toHaveText([/^Said well/])
    })

    test('R4: a conversation that is too long: New chat begins one', async ({ chat, model }) => {
      await model.next(tooLong)
      await chat.ask('A short one')
      await expect(chat.lastAnswer).toContainText('too long for this model')
      await chat.action('New chat').click()
      await expect(chat.page).toHaveURL(/\/$/)
      await expect(chat.message).toBeFocused()
      await expect(chat.log).toHaveCount(0)
    })

    const ends = [
      { policy: 'restart', says: 'It was begun anew.', again: 'North, east, south.' },
      { policy: 'continue', says: 'It went on from there.', again: ' south.' },
      { policy: 'stop', says: 'This answer was cut short.', again: null },
    ] as const
    for (const { policy, says, again } of ends) {
      test(`T1: cut by a crash, with CRASH_POLICY=${policy}, an answer says so in a quiet line`, async ({
        chat,
        model,
        server,
      }) => {
        await server.restart('directed', { CRASH_POLICY: policy })
        await chat.toBeConnected()
        const tokens = ['North, ', 'east, ', 'south.']
        await model.next({ tokens, hold: 2 }, ...(again === null ? [] : [{ tokens: [again] }]))
        await chat.ask('Name the winds')
        await expect(chat.busyAnswer).toContainText('North, east,')
        await server.kill()
        await chat.toBeOffline()
        await server.start()
        await chat.toBeConnected()
        await chat.toHaveExchanges(1)
        await expect(chat.lastAnswer).toContainText(says)
        const whole = again === null ? 'North, east,' : 'North, east, south.'
        await expect(chat.lastAnswer).toContainText(whole)
        await expect(chat.lastAnswer).not.toContainText(/North.*North/s)
        await expect(chat.action('Try again')).toHaveCount(again === null ? 1 : 0)
        await chat.page.reload()
        await expect(chat.lastAnswer).toContainText(says)
      })
    }
  })
}
