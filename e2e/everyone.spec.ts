/** For everyone: 200 % zoom, 320 px, no motion, notches, fingers. */
import type { ChatPage } from './chat-page.ts'
import { expectToFit, smallTargets, smallTexts } from './fit.ts'
import { expect, test } from './fixtures.ts'
import type { Model } from './product/model.ts'

const rich = [
  '## A heading of some length, so that it has to break',
  'A paragraph with `code`, **strength** and [a link](https://example.com/).',
  '```ts\nconst answer: number = Math.max(40 + 2, 42, 41, 40, 39, 38, 37, 36)\n```',
  '| hour | where | on foot |\n| --- | --- | ---: |\n| 12:30 | Graça | 15 min |',
].join('\n\n')

/** Each state of the page, one after the other. */
async function* states(chat: ChatPage, model: Model, hasDrawer: boolean): AsyncGenerator<string> {
  const { page } = chat
  const sessions = async () => {
    if (hasDrawer) await page.getByRole('button', { name: 'Open sessions' }).click()
  }
  const close = async () => {
    await page.keyboard.press('Escape')
    await expect(page.getByRole('dialog')).toHaveCount(0)
  }
  yield 'empty'
  await model.next(
    { text: rich },
    { fault: { kind: 'status', status: 401 } },
    { tokens: ['It ', 'runs'], hold: 1 },
  )
  await chat.ask('A question of some length, so that it has to break')
  await chat.toHaveExchanges(1)
  await expect(chat.lastAnswer.getByRole('table')).toBeVisible()
  yield 'answer'
  await chat.action('Good answer').click()
  await expect(page.getByRole('textbox', { name: 'Comment' })).toBeVisible()
  yield 'comment'
  await close()
  await chat.edit('A question')
  await expect(chat.editor).toBeFocused()
  yield 'question editor'
  await chat.editor.press('Escape')
  await chat.ask('Will it fail?')
  await expect(chat.action('Try again')).toBeVisible()
  yield 'error'
  await chat.ask('Third')
  await expect(chat.busyAnswer).toContainText('It')
  await chat.ask('A message that waits, with more words than there is room for in one line')
  await chat.ask('Another one')
  await expect(chat.inQueue('Another', 'Move')).toBeVisible()
  yield 'queue'
  await chat.inQueue('Another', 'Edit').click()
  await expect(chat.queueField).toBeFocused()
  yield 'queue editor'
  await chat.queueField.press('Escape')
  await chat.message.fill('/')
  await expect(page.getByRole('listbox', { name: 'Commands' })).toBeVisible()
  yield 'commands'
  await chat.message.fill('')
  await model.release()
  await chat.toHaveExchanges(5)
  if (hasDrawer) {
    await sessions()
    await expect(chat.session(/A question/)).toBeVisible()
    yield 'drawer'
    await close()
  }
  for (const name of ['Settings', 'Commands']) {
    await sessions()
    await page.getByRole('button', { name }).click()
    await expect(page.getByRole('dialog', { name })).toBeVisible()
    yield name
    await close()
  }
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur())
  await page.keyboard.press('?')
  await expect(page.getByRole('dialog', { name: 'Keyboard' })).toBeVisible()
  yield 'keyboard'
  await close()
  await chat.lookAway()
  await sessions()
  await chat.choose(/A question/, 'Delete')
  await expect(page.getByRole('button', { name: 'Undo' })).toBeVisible()
  yield 'toast'
}

const sizes = [
  // What is left of 1280 by 800 at 200 %.
  {
    name: 'at 200 % zoom',
    options: { viewport: { width: 640, height: 400 }, deviceScaleFactor: 2 },
  },
  { name: 'at 320 px', options: { viewport: { width: 320, height: 640 }, hasTouch: true } },
  { name: 'at 390 px', options: { viewport: { width: 390, height: 844 }, hasTouch: true } },
  { name: 'at 1280 px', options: { viewport: { width: 1280, height: 800 } } },
] as const

for (const { name, options } of sizes) {
  test.describe(name, () => {
    test.use({ ...options, contextOptions: { reducedMotion: 'reduce' } })
    const isTouch = 'hasTouch' in options

    test('P15: nothing is cut, covered or wider than the page, and what one presses is large enough', async ({
      chat,
      model,
    }) => {
      test.slow()
      for await (const state of states(chat, model, options.viewport.width < 768)) {
        await expectToFit(chat.page, state)
        expect.soft(await smallTargets(chat.page, isTouch ? 44 : 24), state).toEqual([])
        // Below 16 px a phone zooms in on what one writes.
        if (isTouch) expect.soft(await smallTexts(chat.page, 16), state).toEqual([])
      }
    })
  })
}

test('P15: with letters of twice the size nothing is cut or covered', async ({ chat, model }) => {
  test.slow()
  await chat.page.evaluate(() => {
    document.documentElement.style.fontSize = '32px'
  })
  await chat.ask('About apples')
  await chat.toHaveExchanges(1)
  await expectToFit(chat.page, 'answer')
  await model.next({ tokens: ['It ', 'runs'], hold: 1 })
  await chat.ask('Second')
  await expect(chat.busyAnswer).toContainText('It')
  await expectToFit(chat.page, 'streaming')
})

for (const width of [1280, 390]) {
  test.describe(`${width} px wide`, () => {
    test.use({ viewport: { width, height: 844 } })

    for (const reduced of [true, false]) {
      const name = reduced ? 'no animation lasts' : 'and without that wish, some do'
      test(`P16: with reduced motion ${name}`, async ({ chat, model }) => {
        const { page } = chat
        await page.emulateMedia({ reducedMotion: reduced ? 'reduce' : 'no-preference' })
        await page.evaluate(() => {
          let longestMs = 0
          Object.assign(window, { longest: () => longestMs })
          const look = ({ target }: Event) => {
            if (!(target instanceof Element)) return
            for (const one of target.getAnimations({ subtree: true })) {
              const { activeDuration = 0 } = one.effect?.getComputedTiming() ?? {}
              longestMs = Math.max(longestMs, Number(activeDuration))
            }
          }
          for (const event of ['animationstart', 'transitionrun']) {
            document.addEventListener(event, look, true)
          }
        })
        const run = async () => {
          await model.next({ tokens: ['It ', 'runs'], hold: 1 })
          await chat.ask('First')
          await expect(chat.busyAnswer).toContainText('It')
          await chat.ask('Second')
          await expect(chat.queued('Second')).toBeVisible()
          await page.keyboard.press('Control+k')
          await expect(page.getByRole('combobox', { name: 'Commands' })).toBeFocused()
          await page.keyboard.press('Escape')
          await expect(page.getByRole('dialog')).toHaveCount(0)
          await model.release()
          await chat.toHaveExchanges(2)
        }
        await run()
        const longest = await page.evaluate(() => {
          const read = Reflect.get(window, 'longest') as () => number
          return read()
        })
        if (reduced) expect(longest).toBeLessThanOrEqual(1)
        else expect(longest).toBeGreaterThan(100)
      })
    }
  })
}

test.describe('with a notch', () => {
  const phones = [
    { name: 'upright', width: 390, height: 844, top: 47, right: 0, bottom: 34, left: 0 },
    { name: 'on its side', width: 844, height: 390, top: 0, right: 47, bottom: 21, left: 47 },
  ] as const
  for (const { name, width, height, ...insets } of phones) {
    test.describe(name, () => {
      test.use({ viewport: { width, height }, hasTouch: true })

      test('P17: nothing that one reads or presses is under it', async ({
        chat,
        context,
        server,
      }) => {
        const { page } = chat
        const browser = await context.newCDPSession(page)
        await browser.send('Emulation.setSafeAreaInsetsOverride', { insets })
        await expect(page.locator('meta[name="viewport"]')).toHaveAttribute(
          'content',
          /viewport-fit=cover/,
        )
        await chat.ask('Hello')
        await chat.toHaveExchanges(1)
        const within = async (what: ReturnType<typeof page.locator>) => {
          await expect(what).toBeVisible()
          await expect
            .poll(async () => {
              const box = await what.boundingBox()
              if (!box) return 'gone'
              const { x, y } = box
              const free = {
                left: x >= insets.left,
                top: y >= insets.top,
                right: x + box.width <= width - insets.right,
                bottom: y + box.height <= height - insets.bottom,
              }
              return Object.entries(free)
                .filter(([, is]) => !is)
                .map(([side]) => side)
                .join()
            }, what.toString())
            .toBe('')
        }
        await within(chat.send)
        await within(chat.message)
        await within(page.getByRole('heading', { level: 1 }))
        await within(chat.action('Copy'))
        if (width < 768) await page.getByRole('button', { name: 'Open sessions' }).click()
        await within(chat.newChat)
        await within(chat.session('Hello'))
        await within(page.getByRole('button', { name: 'Settings' }))
        await page.getByRole('button', { name: 'Settings' }).click()
        await within(page.getByRole('dialog', { name: 'Settings' }).getByRole('button'))
        await page.keyboard.press('Escape')
        const sessionId = page.url().split('/').at(-1) ?? ''
        await chat.lookAway()
        await server.notify({ sessionId, content: 'Built.', level: 'warning' })
        await within(page.getByRole('alert').filter({ hasText: 'Built.' }))
      })
    })
  }
})
