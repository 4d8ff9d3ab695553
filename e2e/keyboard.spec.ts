/** The keyboard alone. */
import type { Page } from '@playwright/test'
import { sessionUrl } from './chat-page.ts'
import { expect, test } from './fixtures.ts'

interface Stop {
  name: string
  /** Whether one sees that the focus is here: an outline, a shadow or a border that is not there without. */
  visible: boolean
}

/** The name of what has the focus. */
function focusedName(page: Page): Promise<string> {
  return page.evaluate(() => {
    const element = document.activeElement
    if (!(element instanceof HTMLElement) || element === document.body) return ''
    return (element.getAttribute('aria-label') ?? element.innerText).trim()
  })
}

/** What has the focus, with a look at how it shows. */
function focused(page: Page): Promise<Stop | null> {
  return page.evaluate(() => {
    const element = document.activeElement
    if (!(element instanceof HTMLElement) || element === document.body) return null
    const look = () =>
      [element, element.parentElement, element.closest('form')]
        .flatMap((each) => (each ? [getComputedStyle(each)] : []))
        .map(({ outlineStyle, outlineWidth, boxShadow, borderColor, transform, translate }) =>
          [outlineStyle, outlineWidth, boxShadow, borderColor, transform, translate].join(),
        )
        .join()
    // Transitions would give the look of a moment before.
    const still = new CSSStyleSheet()
    still.replaceSync('*, *::before, *::after { transition: none !important }')
    document.adoptedStyleSheets.push(still)
    const withFocus = look()
    const inView = element.getBoundingClientRect()
    const isThere = inView.width > 0 && inView.height > 0 && inView.bottom > 0
    element.blur()
    const without = look()
    element.focus({ focusVisible: true } as FocusOptions)
    document.adoptedStyleSheets.pop()
    const name =
      element.getAttribute('aria-label') ?? (element.innerText || element.textContent || '')
    return { name: name.trim(), visible: isThere && withFocus !== without }
  })
}

/** Presses Tab until the focus has been everywhere, from the top of the document. */
async function walk(page: Page, most = 60): Promise<Stop[]> {
  await page.evaluate(() => {
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur()
    window.getSelection()?.removeAllRanges()
    document.body.tabIndex = -1
    document.body.focus()
    document.body.removeAttribute('tabindex')
  })
  const stops: Stop[] = []
  for (let step = 0; step < most; step++) {
    await page.keyboard.press('Tab')
    const stop = await focused(page)
    if (stop === null) break
    stops.push(stop)
  }
  return stops
}

/** Presses Tab until the focus is on something of this name. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  for (let step = 0; step < 60; step++) {
    await page.keyboard.press('Tab')
    if (name.test(await focusedName(page))) return
  }
  throw new Error(`Tab does not reach ${name}`)
}

test('P5: Tab reaches everything in a sensible order, and one sees where it is', async ({
  chat,
}) => {
  await chat.ask('About apples')
  await chat.toHaveExchanges(1)
  await expect(chat.session('About apples')).toBeVisible()
  await chat.message.fill('Not sent yet')
  const stops = await walk(chat.page)
  const names = stops.map(({ name }) => name)
  expect(names).toEqual([
    'Skip to the message field',
    'New chat',
    'Search sessions',
    'About apples',
    'More',
    // A group of radio buttons is one stop.
    'System',
    'Commands',
    'Settings',
    'Edit',
    'Copy',
    'Regenerate',
    'Good answer',
    'Bad answer',
    'About this answer',
    'Message',
    'Send',
  ])
  expect(stops.filter(({ visible }) => !visible).map(({ name }) => name)).toEqual([])
})

test('P5: the empty page and the queue are reached too', async ({ chat, model }) => {
  const { page } = chat
  // The page gives it the focus when it opens: that comes with a frame, and would end the walk.
  await expect(chat.message).toBeFocused()
  const names = (await walk(page)).map(({ name }) => name)
  expect(names).toContain('Message')
  expect(names.filter((name) => /^(Explain|Write|Plan|Help) /.test(name))).toHaveLength(4)

  await model.next({ tokens: ['A', 'lpha'], hold: 1 })
  await chat.ask('First')
  await expect(chat.lastAnswer).toContainText('A')
  await chat.ask('Second')
  await expect(chat.queued('Second')).toBeVisible()
  const stops = await walk(page)
  expect(stops.map(({ name }) => name)).toEqual(expect.arrayContaining(['Withdraw', 'Stop']))
  expect(stops.filter(({ visible }) => !visible).map(({ name }) => name)).toEqual([])
  // What waits when a test ends is asked in the next one, and may take its plan.
  await model.release()
  await chat.toHaveExchanges(2)
})

test('P5: a conversation from beginning to end without a mouse', async ({ chat, model }) => {
  const { page } = chat
  const { keyboard } = page
  await expect(chat.message).toBeFocused()
  await model.next({ tokens: ['It ', 'begins'], hold: 1 }, { text: 'Anew.' })
  await keyboard.type('By hand')
  await keyboard.press('Enter')
  await expect(chat.lastAnswer).toContainText('It')
  await expect(chat.message).toBeFocused()
  await keyboard.press('Escape')
  await expect(chat.lastAnswer).toContainText('You stopped this answer.')

  await tabTo(page, /^Regenerate$/)
  await keyboard.press('Enter')
  await expect(chat.lastAnswer).toContainText('Anew.')
  await expect(chat.busyAnswer).toHaveCount(0)
  await tabTo(page, /^Good answer$/)
  await keyboard.press('Space')
  const first = chat.answers.first()
  await expect(first.getByRole('button', { name: 'Good answer' })).toHaveAttribute(
    'aria-pressed',
    'true',
  )
  // It takes the focus when its code has come, from wherever that is by then.
  await expect(page.getByRole('textbox', { name: 'Comment' })).toBeFocused()

  await tabTo(page, /^More$/)
  await keyboard.press('Enter')
  await expect(page.getByRole('menuitem', { name: 'Rename' })).toBeFocused()
  await keyboard.press('Enter')
  await expect(page.getByRole('textbox', { name: 'Title' })).toBeFocused()
  await keyboard.type('Renamed by hand')
  await keyboard.press('Enter')
  await expect(chat.session('Renamed by hand')).toBeVisible()

  await tabTo(page, /^New chat$/)
  await keyboard.press('Enter')
  await expect(page).toHaveURL(/\/$/)
  await expect(chat.message).toBeFocused()
  await tabTo(page, /^Renamed by hand$/)
  await keyboard.press('Enter')
  await expect(page).toHaveURL(sessionUrl)

  const chooseDelete = async () => {
    await tabTo(page, /^More$/)
    await keyboard.press('Enter')
    await expect(page.getByRole('menuitem', { name: 'Rename' })).toBeFocused()
    await keyboard.press('End')
    await expect(page.getByRole('menuitem', { name: 'Delete' })).toBeFocused()
    await keyboard.press('Enter')
  }
  await chat.lookAway()
  await chooseDelete()
  await expect(page.getByRole('button', { name: 'Undo' })).toBeVisible()
  await keyboard.press('Alt+t')
  await tabTo(page, /^Undo$/)
  await chat.lookBack()
  await keyboard.press('Enter')
  await expect(chat.session('Renamed by hand')).toBeVisible()
  await expect(page).toHaveURL(sessionUrl)

  await chooseDelete()
  await expect(page).toHaveURL(/\/$/)
  await expect(chat.sessions).toBeVisible()
  await expect(chat.session('Renamed by hand')).toHaveCount(0)
  await expect(chat.message).toBeFocused()
})

test('P25: keys that are faster than the page are not lost', async ({ chat }) => {
  const { page } = chat
  const { keyboard } = page
  await chat.ask('About apples')
  await chat.toHaveExchanges(1)
  await expect(chat.session('About apples')).toBeVisible()
  // The page draws nothing until it is let go: as slow as a machine can be.
  const hold = () =>
    page.evaluate(() => {
      const real = window.requestAnimationFrame
      const waiting: FrameRequestCallback[] = []
      window.requestAnimationFrame = (callback) => waiting.push(callback)
      Object.assign(window, {
        letFramesGo: () => {
          window.requestAnimationFrame = real
          for (const callback of waiting) callback(performance.now())
        },
      })
    })
  const letGo = () =>
    page.evaluate(() => (window as unknown as { letFramesGo: () => void }).letFramesGo())

  await tabTo(page, /^New chat$/)
  await hold()
  await keyboard.press('Enter')
  await keyboard.type('Typed at once')
  await letGo()
  await expect(chat.message).toHaveValue('Typed at once')
  await chat.message.fill('')

  await tabTo(page, /^About apples$/)
  await hold()
  await keyboard.press('Enter')
  await expect(page).toHaveURL(sessionUrl)
  await tabTo(page, /^More$/)
  await keyboard.press('Enter')
  await expect(page.getByRole('menuitem', { name: 'Rename' })).toBeFocused()
  await letGo()
  await expect(page.getByRole('menuitem', { name: 'Rename' })).toBeFocused()
  // Within one task of the page, as keys come that have waited.
  const chosen = await page.evaluate(() => {
    const press = (key: string) =>
      document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }))
    press('End')
    const last = document.activeElement?.textContent
    press('ArrowUp')
    press('ArrowDown')
    press('Enter')
    return last
  })
  expect(chosen?.trim()).toBe('Delete')
  await expect(page.getByRole('button', { name: 'Undo' })).toBeVisible()
})

test('P5: the skip link leads to the message field', async ({ chat }) => {
  const { page } = chat
  await tabTo(page, /^Skip to the message field$/)
  await expect(page.getByRole('link', { name: 'Skip to the message field' })).toBeInViewport()
  await page.keyboard.press('Enter')
  await expect(chat.message).toBeFocused()
  await page.keyboard.type('Right there')
  await expect(chat.message).toHaveValue('Right there')
})

test('P5: the focus is not lost when a menu, a dialog or a rename ends', async ({ chat }) => {
  const { page } = chat
  await chat.ask('About apples')
  await chat.toHaveExchanges(1)
  const nowhere = () => page.evaluate(() => document.activeElement === document.body)

  await chat.choose('About apples', 'Rename')
  const title = page.getByRole('textbox', { name: 'Title' })
  // It comes once the menu has gone: an Escape before it would be the menu's.
  await expect(title).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(title).toHaveCount(0)
  await expect.poll(nowhere).toBe(false)
  await page.keyboard.press('Control+k')
  await expect(page.getByRole('combobox', { name: 'Commands' })).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await expect.poll(nowhere).toBe(false)
})

test('P5: one sees where the focus is in dialogs, menus and fields that open', async ({
  chat,
  model,
}) => {
  const { page } = chat
  const { keyboard } = page
  const toShow = async (place: string) => {
    const stop = await focused(page)
    expect.soft(stop?.visible, `${place}: ${stop?.name}`).toBe(true)
  }
  await model.next({}, { tokens: ['It ', 'runs'], hold: 1 })
  await chat.ask('About apples')
  await chat.toHaveExchanges(1)
  for (const name of ['Settings', 'Commands']) {
    await chat.sessions.getByRole('button', { name }).click()
    await expect(page.getByRole('dialog', { name })).toBeVisible()
    const stops = name === 'Settings' ? 5 : 1
    for (let step = 0; step < stops; step++) {
      if (name === 'Settings') await keyboard.press('Tab')
      await toShow(name)
    }
    await keyboard.press('Escape')
    await expect(page.getByRole('dialog')).toHaveCount(0)
  }
  await chat.action('Bad answer').click()
  await expect(page.getByRole('textbox', { name: 'Comment' })).toBeFocused()
  for (const place of ['Comment', 'Not now', 'Send comment']) {
    await toShow(place)
    await keyboard.press('Tab')
  }
  await chat.edit('About apples')
  await expect(chat.editor).toBeFocused()
  await toShow('Your question')
  await chat.editor.press('Escape')
  await chat.choose('About apples', 'Rename')
  await expect(page.getByRole('textbox', { name: 'Title' })).toBeFocused()
  await toShow('Title')
  await keyboard.press('Escape')
  await chat.ask('Second')
  await expect(chat.busyAnswer).toContainText('It')
  await chat.ask('Third')
  await chat.inQueue('Third', 'Edit').click()
  await expect(chat.queueField).toBeFocused()
  await toShow('Edit text')
  await chat.queueField.press('Escape')
  await model.release()
  await chat.toHaveExchanges(3)
})
