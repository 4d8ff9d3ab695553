/** The queue as a person works with it, on two pages at once: wide, and on a phone. */
import { boxAtRest } from './at-rest.ts'
import type { ChatPage } from './chat-page.ts'
import { expect, test } from './fixtures.ts'
import type { Model } from './product/model.ts'

const sights = [
  { name: 'wide', options: {} },
  { name: 'on a phone', options: { viewport: { width: 390, height: 844 }, hasTouch: true } },
] as const

/** A running answer, and questions that wait for it. */
async function queueUp(chat: ChatPage, model: Model, questions: readonly string[]): Promise<void> {
  await model.next({ tokens: ['A', 'lpha'], hold: 1 })
  await chat.ask('First')
  await expect(chat.lastAnswer).toContainText('A')
  for (const question of questions) await chat.ask(question)
  await toWait(chat, questions)
}

/** These wait, in this order. */
async function toWait(chat: ChatPage, questions: readonly string[]): Promise<void> {
  const rows = questions.map((text, at) => new RegExp(`${text}.*Queued, place ${at + 1}`))
  await expect(chat.queue.getByRole('listitem')).toHaveText(rows)
}

/** What the model was asked, in its order. */
async function asked(model: Model): Promise<(string | undefined)[]> {
  return (await model.requests()).map(({ body }) => body.messages.at(-1)?.content)
}

for (const { name, options } of sights) {
  test.describe(name, () => {
    test.use(options)

    test('Q2: edit one, withdraw one, send one ahead: both pages agree, and so does the model', async ({
      chat,
      model,
      newBrowser,
    }) => {
      await queueUp(chat, model, ['Second', 'Third', 'Fourth', 'Fifth'])
      const other = await newBrowser(chat)
      await toWait(other, ['Second', 'Third', 'Fourth', 'Fifth'])

      await chat.inQueue('Third', 'Edit').click()
      await expect(chat.queueField).toBeFocused()
      await expect(chat.queueField).toHaveValue('Third')
      await expect(other.queued('Third')).toContainText('Held while it is edited')
      await chat.queueField.fill('Third, but better')
      await chat.queueField.press('Enter')
      await expect(chat.inQueue('Third, but better', 'Edit')).toBeFocused()
      await other.inQueue('Second', 'Withdraw').click()
      await chat.inQueue('Fifth', 'Send next').click()
      for (const page of [chat, other]) {
        await toWait(page, ['Fifth', 'Third, but better', 'Fourth'])
      }

      await model.release()
      const questions = ['First', 'Fifth', 'Third, but better', 'Fourth']
      for (const page of [chat, other]) {
        await page.toHaveExchanges(4)
        await expect(page.questions).toHaveText(questions)
        await expect(page.queue).toHaveCount(0)
      }
      expect(await asked(model)).toEqual(questions)
    })

    test('P20, Q3: a message that is edited is passed over, and runs when it is saved', async ({
      chat,
      model,
      newTab,
    }) => {
      await queueUp(chat, model, ['Second', 'Third'])
      const other = await newTab(chat)
      await chat.inQueue('Second', 'Edit').click()
      await expect(other.queued('Second')).toContainText('Held')
      await chat.queueField.fill('Second, thought over')
      await model.release()
      for (const page of [chat, other]) {
        await page.toHaveExchanges(2)
        await expect(page.questions).toHaveText(['First', 'Third'])
        await expect(page.queue.getByRole('listitem')).toHaveCount(1)
      }
      await chat.queue.getByRole('button', { name: 'Save' }).click()
      for (const page of [chat, other]) {
        await page.toHaveExchanges(3)
        await expect(page.questions.last()).toHaveText('Second, thought over')
      }
      // On a phone the keyboard would come up.
      if (name === 'wide') await expect(chat.message).toBeFocused()
    })

    test('R3: who reads at the end stays there while a message is edited, and after', async ({
      chat,
      model,
    }) => {
      const lines = Array.from({ length: 40 }, (_, line) => `Line ${line}.\n\n`)
      await model.next({ tokens: [...lines, 'And on.'], hold: 40 })
      await chat.ask('First')
      const last = chat.busyAnswer.getByText('Line 39.')
      await expect(last).toBeInViewport()
      for (const question of ['Second', 'Third', 'Fourth']) await chat.ask(question)
      await toWait(chat, ['Second', 'Third', 'Fourth'])
      /** How far the last line stands above the queue, in pixels. */
      const room = async () => {
        const [line, queue] = await Promise.all([last.boundingBox(), chat.queue.boundingBox()])
        return line && queue ? queue.y - line.y - line.height : Number.NaN
      }
      await expect.poll(room).toBeGreaterThan(8)
      await chat.inQueue('Second', 'Edit').click()
      await expect(chat.queueField).toBeFocused()
      await expect.poll(room).toBeGreaterThan(8)
      await chat.queueField.fill('Second,\nwith a line\nor two\nmore')
      await expect.poll(room).toBeGreaterThan(8)
      await chat.queueField.press('Escape')
      await expect(chat.inQueue('Second', 'Edit')).toBeFocused()
      await expect.poll(room).toBeGreaterThan(8)
      await model.release()
      await chat.toHaveExchanges(4)
    })

    test('Esc leaves the edit, and the message runs as it was', async ({ chat, model, newTab }) => {
      await queueUp(chat, model, ['Second'])
      const other = await newTab(chat)
      await chat.inQueue('Second', 'Edit').click()
      await chat.queueField.fill('Never mind')
      await expect(other.queued('Second')).toContainText('Held')
      await chat.queueField.press('Escape')
      await expect(chat.inQueue('Second', 'Edit')).toBeFocused()
      await expect(other.queued('Second')).toContainText('Queued, place 1')
      await model.release()
      await other.toHaveExchanges(2)
      expect(await asked(model)).toEqual(['First', 'Second'])
    })

    test('P20: an edit that came too late keeps the text, and offers it', async ({
      chat,
      model,
      network,
    }) => {
      await queueUp(chat, model, ['Second'])
      network.goAway()
      await chat.toBeOffline()
      await chat.inQueue('Second', 'Edit').click()
      await chat.queueField.fill('Second, with what I forgot')
      await model.release()
      await model.finished(2)

      network.comeBack()
      const late = chat.page.getByRole('region', { name: 'Late edit' })
      await expect(late).toContainText('This message has been sent already')
      await expect(late).toContainText('Second, with what I forgot')
      await chat.toHaveExchanges(2)
      await late.getByRole('button', { name: 'Put it into the message field' }).click()
      await expect(chat.message).toHaveValue('Second, with what I forgot')
      await expect(chat.message).toBeFocused()
      await expect(late).toHaveCount(0)
    })

    test('C2, C5: what is changed without a network is seen at once, and holds when it is back', async ({
      chat,
      model,
      network,
      newTab,
    }) => {
      await queueUp(chat, model, ['Second', 'Third', 'Fourth'])
      const other = await newTab(chat)
      network.goAway()
      for (const page of [chat, other]) await page.toBeOffline()
      await chat.inQueue('Second', 'Withdraw').click()
      await chat.inQueue('Fourth', 'Send next').click()
      await toWait(chat, ['Fourth', 'Third'])
      await chat.inQueue('Third', 'Edit').click()
      await chat.queueField.fill('Third, offline')
      await chat.queueField.press('Enter')
      await toWait(chat, ['Fourth', 'Third, offline'])
      await chat.ask('Fifth')
      await expect(chat.queued('Fifth')).toContainText('Waiting for the network')

      await chat.page.reload()
      network.comeBack()
      for (const page of [chat, other]) {
        await toWait(page, ['Fourth', 'Third, offline', 'Fifth'])
      }
      await model.release()
      for (const page of [chat, other]) await page.toHaveExchanges(4)
      expect(await asked(model)).toEqual(['First', 'Fourth', 'Third, offline', 'Fifth'])
    })

    test('Q7: dragged rows go where they are dropped, on both pages', async ({
      chat,
      model,
      newTab,
    }) => {
      const { page } = chat
      await queueUp(chat, model, ['Second', 'Third', 'Fourth', 'Fifth'])
      const other = await newTab(chat)
      await expect(chat.inQueue('Fifth', 'Move')).toBeVisible()
      const from = await boxAtRest(chat.inQueue('Fifth', 'Move'))
      const to = await boxAtRest(chat.inQueue('Third', 'Move'))
      await page.mouse.move(from.x + from.width / 2, from.y + from.height / 2)
      await page.mouse.down()
      await page.mouse.move(from.x + from.width / 2, from.y - 8, { steps: 4 })
      await page.mouse.move(to.x + to.width / 2, to.y + to.height / 2, { steps: 12 })
      // Where it would be dropped now is said: the page may be behind the pointer.
      await expect(page.locator('[id^="DndLiveRegion"]')).toContainText('Place 2 of 4')
      await page.mouse.up()
      for (const each of [chat, other]) {
        await toWait(each, ['Second', 'Fifth', 'Third', 'Fourth'])
      }

      // And with the keyboard, from the other page.
      await other.inQueue('Fourth', 'Move').focus()
      await other.page.keyboard.press('Space')
      const said = other.page.locator('[id^="DndLiveRegion"]')
      await expect(said).toContainText(/place 4 of 4/i)
      await other.page.keyboard.press('ArrowUp')
      await expect(said).toContainText('Place 3 of 4')
      await other.page.keyboard.press('ArrowUp')
      await expect(said).toContainText('Place 2 of 4')
      await other.page.keyboard.press('Space')
      const wanted = ['Second', 'Fourth', 'Fifth', 'Third']
      for (const each of [chat, other]) await toWait(each, wanted)
      await expect(other.inQueue('Fourth', 'Move')).toBeFocused()

      await model.release()
      for (const each of [chat, other]) await each.toHaveExchanges(5)
      expect(await asked(model)).toEqual(['First', ...wanted])
    })

    test('Q7: arrows that follow the space bar at once move the row', async ({
      chat,
      model,
      newTab,
    }) => {
      await queueUp(chat, model, ['Second', 'Third', 'Fourth'])
      const other = await newTab(chat)
      const { keyboard } = chat.page
      await chat.inQueue('Fourth', 'Move').focus()
      const keys = ['Space', 'ArrowUp', 'ArrowUp', 'ArrowDown', 'Space']
      await Promise.all(keys.map((key) => keyboard.press(key)))
      for (const page of [chat, other]) await toWait(page, ['Second', 'Fourth', 'Third'])
      await expect(chat.inQueue('Fourth', 'Move')).toBeFocused()
      await model.release()
      for (const page of [chat, other]) await page.toHaveExchanges(4)
    })

    test('a new answer that waits is shown, and can be withdrawn', async ({ chat, model }) => {
      await chat.ask('Zero')
      await chat.toHaveExchanges(1)
      await queueUp(chat, model, ['Second'])
      await chat.answers.first().getByRole('button', { name: 'Regenerate' }).click()
      await expect(chat.queue.getByRole('listitem')).toHaveText([/Second/, /New answer to: Zero/])
      await chat.inQueue('Zero', 'Send next').click()
      await expect(chat.queue.getByRole('listitem')).toHaveText([/Zero/, /Second/])
      await chat.withdraw('Zero')
      await toWait(chat, ['Second'])
      await model.release()
      await chat.toHaveExchanges(3)
      expect(await asked(model)).toEqual(['Zero', 'First', 'Second'])
    })

    test('the focus stays in the queue while there is one, then goes to the message field', async ({
      chat,
      model,
    }) => {
      await queueUp(chat, model, ['Second', 'Third'])
      await chat.inQueue('Second', 'Withdraw').focus()
      await chat.page.keyboard.press('Enter')
      await expect(chat.inQueue('Third', 'Withdraw')).toBeFocused()
      await chat.page.keyboard.press('Enter')
      await expect(chat.queue).toHaveCount(0)
      if (name === 'wide') await expect(chat.message).toBeFocused()
    })
  })
}
