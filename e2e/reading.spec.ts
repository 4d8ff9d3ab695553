/** How an answer reads while it is written, and after: code, tables, nothing that jumps, one's place kept. */
import type { Page } from '@playwright/test'
import { boxAtRest } from './at-rest.ts'
import { expect, test } from './fixtures.ts'
import { layoutShift, watchLayoutShift } from './layout-shift.ts'

const code = 'const answer: number = 42\nexport default answer'
const table = '| hour | where |\n| --- | --- |\n| 12:30 | Graça |\n| 19:00 | The river |'

for (const width of [1280, 390]) {
  test.describe(`at ${width} px`, () => {
    test.use({ viewport: { width, height: 844 } })

    test('a block of code has its language, its colours and Copy, and keeps its words', async ({
      chat,
      model,
    }) => {
      await model.next({
        text: `Look:\n\n\`\`\`ts\n${code}\n\`\`\`\n\n\`\`\`nolang\nplain\n\`\`\``,
      })
      await chat.ask('Code, please')
      await chat.toHaveExchanges(1)
      const block = chat.lastAnswer.getByRole('figure', { name: 'Code, ts' })
      await expect(block).toContainText('ts')
      await expect(block.getByRole('button', { name: 'Copy code' })).toBeVisible()
      await expect(block.locator('.hljs-keyword').first()).toHaveText('const')
      expect(await block.locator('code').textContent()).toBe(code)
      const plain = chat.lastAnswer.getByRole('figure', { name: 'Code, nolang' })
      await expect(plain.locator('code')).toHaveText('plain')
      expect(await chat.lastAnswer.locator('[style]').count()).toBe(0)
    })

    test('P27: long code that is selected is copied as it was written', async ({ chat, model }) => {
      const { page } = chat
      const lines = Array.from({ length: 40 }, (_, line) =>
        line % 5 === 3 ? '' : `${' '.repeat(line % 3)}const line${line} = ${line}`,
      )
      const long = `/* one\n\n two */\n${lines.join('\n')}`
      const tokens = `\`\`\`ts\n${long}\n\`\`\`\n\nThe end.`.match(/[\s\S]{1,7}/g) ?? []
      await model.next({ tokens })
      await chat.ask('Long code, please')
      await chat.toHaveExchanges(1)
      const block = chat.lastAnswer.locator('code')
      await expect(block.locator('.hljs-keyword').last()).toHaveText('const')
      await expect(block.locator('.hljs-number')).toHaveCount(32)
      expect(await block.textContent()).toBe(long)
      const selected = await block.evaluate((element) => {
        getSelection()?.selectAllChildren(element)
        return String(getSelection())
      })
      expect(selected).toBe(long)
      await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
      await page.keyboard.press('ControlOrMeta+c')
      expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(long)
    })

    test('R1: a table is shown once it is whole; meanwhile its rows are counted', async ({
      chat,
      model,
    }) => {
      const tokens = [
        `Here:\n\n${table.slice(0, 9)}`,
        table.slice(9, 45),
        table.slice(45),
        '\n\nSo.',
      ]
      await model.next({ tokens, hold: 1 })
      await chat.ask('A table, please')
      await expect(chat.busyAnswer).toContainText('Here:')
      await expect(chat.busyAnswer).not.toContainText('|')
      await model.release(1)
      await expect(chat.busyAnswer).toContainText('Writing a table')
      await expect(chat.busyAnswer).not.toContainText('Graça')
      await model.release(1)
      await expect(chat.busyAnswer).toContainText('Writing a table, 1 row…')
      await expect(chat.busyAnswer.getByRole('table')).toHaveCount(0)
      await model.release()
      await chat.toHaveExchanges(1)
      await expect(chat.lastAnswer.getByRole('row')).toHaveCount(3)
      await expect(chat.lastAnswer).not.toContainText('Writing a table')
    })

    test('R2: nothing shifts while an answer is written', async ({ chat, model }) => {
      const { page } = chat
      const text = `## Heading\n\nSome **bold** words and a [link](https://example.org).\n\n- one\n- two\n\n\`\`\`ts\n${code}\n\`\`\`\n\n${table}\n\nThe end, with \`code\`. `
      const tokens = text.repeat(4).match(/[\s\S]{1,5}/g) ?? []
      await model.next({ text: 'Something before.' }, { tokens, hold: 1 })
      await chat.ask('Before')
      await chat.toHaveExchanges(1)
      await chat.ask('Everything')
      await chat.busyAnswer.waitFor()
      await watchLayoutShift(page)
      for (let sent = 1; sent < tokens.length; sent += 12) {
        await model.held(2)
        await model.release(12)
      }
      await model.release()
      await chat.toHaveExchanges(2)
      await expect(chat.lastAnswer.locator('.hljs-keyword').first()).toBeVisible()
      expect(await layoutShift(page)).toBe(0)
    })

    test('R3: the page follows an answer at its end only, and Scroll to end goes back there', async ({
      chat,
      model,
    }) => {
      const { page } = chat
      const lines = Array.from({ length: 60 }, (_, line) => `Line ${line}.\n\n`)
      await model.next({ tokens: lines, hold: 40 })
      await chat.ask('Many lines')
      await expect(chat.busyAnswer).toContainText('Line 39.')
      await expect(chat.busyAnswer.getByText('Line 39.')).toBeInViewport()
      const toEnd = page.getByRole('button', { name: 'Scroll to end' })
      await expect(toEnd).toBeHidden()
      await chat.log.hover()
      await page.mouse.wheel(0, -900)
      await expect(toEnd).toBeVisible()
      const before = await placeOf(page, 'Line 20.')
      await model.release()
      await chat.toHaveExchanges(1)
      await expect(chat.lastAnswer).toContainText('Line 59.')
      expect(await placeOf(page, 'Line 20.')).toBe(before)
      await toEnd.click()
      await expect(chat.lastAnswer.getByText('Line 59.')).toBeInViewport()
      await expect(toEnd).toBeHidden()
    })

    test('R1: the source of an answer is not seen before its Markdown is there', async ({
      chat,
      model,
    }) => {
      const { page } = chat
      await model.next({ text: '## Heading\n\nSome **bold** words.' })
      await chat.ask('Some Markdown')
      await chat.toHaveExchanges(1)
      await page.evaluate(() => {
        sessionStorage.setItem('seen', '')
      })
      await page.addInitScript(() => {
        const look = () => {
          if (/\*\*|##/.test(document.body?.innerText ?? ''))
            sessionStorage.setItem('seen', 'source')
          requestAnimationFrame(look)
        }
        look()
      })
      await page.reload()
      await expect(chat.lastAnswer.getByRole('heading', { name: 'Heading' })).toBeVisible()
      expect(await page.evaluate(() => sessionStorage.getItem('seen'))).toBe('')
    })
  })
}

/** How far from the top of the window a line stands. */
async function placeOf(page: Page, text: string): Promise<number> {
  return (await boxAtRest(page.getByText(text, { exact: true }))).y
}
