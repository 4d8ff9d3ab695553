/**
 * The corpus of attacks through what is around the conversation: notifications and their toasts, messages that wait,
 * titles (in the header, the tab, the list, the palette, the toast of a deletion), comments on answers, the export.
 */
import { readFile } from 'node:fs/promises'
import { AttackedPage } from './attacks/attacked-page.ts'
import { corpus } from './attacks/corpus.ts'
import type { ChatPage } from './chat-page.ts'
import { expect, test } from './fixtures.ts'

const sessionOf = (chat: ChatPage) => chat.page.url().split('/').at(-1) ?? ''
const textOf = (chat: ChatPage) => chat.page.evaluate(() => document.body.textContent ?? '')

/** A title is a line of at most 200 characters, trimmed. */
const asTitle = (attack: string) => attack.replace(/\s+/g, ' ').slice(0, 200).trim()

for (const [name, attacks] of Object.entries(corpus)) {
  test(`K2: ${name}: as notification, toast and message that waits`, async ({
    chat,
    context,
    model,
    server,
  }) => {
    const attacked = new AttackedPage()
    await attacked.follow(context)
    await chat.ask('Hello')
    await chat.toHaveExchanges(1)
    const sessionId = sessionOf(chat)
    const notices = chat.log.getByRole('article', { name: /^Notification/ })
    const before = await notices.count()
    // All toasts stay, however late the spec is.
    await chat.lookAway()
    for (const [place, content] of attacks.entries()) {
      const data = { html: content, url: content, [content.slice(0, 40)]: content }
      await server.notify({ sessionId, content, level: 'error', data })
      await expect(notices).toHaveCount(before + place + 1)
      expect(await notices.last().evaluate((it) => it.textContent)).toContain(content)
    }
    await expect(chat.page.getByRole('alert').getByRole('button').first()).toBeVisible()
    expect(await attacked.foundIn(chat.page)).toEqual([])
    expect(await attacked.foundAround(chat.page)).toEqual([])
    expect(await notices.getByRole('link').count()).toBe(0)
    await chat.lookBack()

    await model.next({ text: 'Later', hold: 'headers' })
    await chat.ask('Wait for it')
    await expect(chat.busyAnswer).toHaveCount(1)
    const waiting = attacks.slice(0, 5)
    for (const [place, attack] of waiting.entries()) {
      await chat.ask(attack)
      await expect(chat.queue.getByRole('listitem')).toHaveCount(place + 1)
    }
    expect(await textOf(chat)).toContain(waiting[0])
    expect(await attacked.foundAround(chat.page)).toEqual([])
    await chat.page.reload()
    await expect(chat.queue.getByRole('listitem')).toHaveCount(waiting.length)
    // The conversation too: its code comes apart from that of the queue.
    await expect(chat.busyAnswer).toHaveCount(1)
    expect(await attacked.foundAround(chat.page)).toEqual([])
    expect(await attacked.foundIn(chat.page)).toEqual([])
    // What waits when a test ends is asked in the next one, and may take its plan.
    await model.release()
    await chat.toHaveExchanges(waiting.length + 2)
    expect(await attacked.foundIn(chat.page)).toEqual([])
    expect(attacked.happened).toEqual([])
  })

  test(`K2: ${name}: as title, comment and export`, async ({ chat, context }) => {
    const { page } = chat
    const attacked = new AttackedPage()
    await attacked.follow(context)
    await chat.ask('Hello')
    await chat.toHaveExchanges(1)
    const palette = page.getByRole('combobox', { name: 'Commands' })
    // The palette knows it from the list.
    await expect(chat.session('Hello')).toBeVisible()
    const titles = [...new Set(attacks.map(asTitle))].filter((title) => title !== '')
    const heading = page.getByRole('heading', { level: 1 })
    for (const title of titles) {
      await page.keyboard.press('Control+k')
      await palette.fill('rename')
      await page.keyboard.press('Enter')
      const field = page.getByRole('textbox', { name: 'Title' })
      await field.fill(title)
      await field.press('Enter')
      await expect(field).toBeHidden()
      await expect(heading).toHaveText(title)
      expect(await attacked.foundAround(page)).toEqual([])
    }
    const last = titles.at(-1) ?? ''
    await expect(page).toHaveTitle(`${last} · agent_websocket`)
    await expect(chat.sessions.getByRole('link').first()).toHaveText(last)

    const comment = page.getByRole('textbox', { name: 'Comment' })
    await chat.action('Bad answer').click()
    const words = attacks.join('\n').slice(0, 4000)
    await comment.fill(words)
    await page.getByRole('button', { name: 'Send comment' }).click()
    await expect(comment).toBeHidden()
    await page.reload()
    await chat.toHaveExchanges(1)
    await chat.action('About this answer').click()
    const about = page.getByRole('dialog', { name: 'About this answer' })
    await expect(about).toContainText(words.slice(0, 20).trim())
    expect(await about.getByRole('link').count()).toBe(0)
    expect(await attacked.foundAround(page)).toEqual([])
    await page.keyboard.press('Escape')

    await page.keyboard.press('Control+k')
    await palette.fill('markdown')
    const download = page.waitForEvent('download')
    await page.keyboard.press('Enter')
    const file = await download
    expect(file.suggestedFilename()).toMatch(/^[\p{Letter}\p{Number}-]+\.md$/u)
    const text = await readFile(await file.path(), 'utf8')
    // K6: the title's line and the heads of messages are the file's own; what was said is quoted.
    const own = text.split(/\r\n|\r|\n/).filter((line) => line !== '' && !/^>( |$)/.test(line))
    expect(own[0]).toMatch(/^# /)
    expect(own[0]).not.toMatch(/(?<!\\)[<`[]/)
    for (const line of own.slice(1)) expect(line).toMatch(/^(?:## \S+ · \d{4}-|_.*_$)/)

    // In the palette, and then in the toast of its deletion.
    await page.keyboard.press('Control+k')
    await palette.fill(last.slice(0, 3))
    expect(await attacked.foundAround(page)).toEqual([])
    await page.keyboard.press('Escape')
    const row = chat.sessions.getByRole('listitem').filter({ has: page.getByText(last) })
    await chat.lookAway()
    await row.getByRole('button', { name: 'More' }).click()
    await page.getByRole('menuitem', { name: 'Delete' }).click()
    await expect(page.getByRole('button', { name: 'Undo' })).toBeVisible()
    expect(await attacked.foundAround(page)).toEqual([])
    expect(attacked.happened).toEqual([])
  })
}
