/**
 * What the page may load and run, as a browser is told, and that the page itself keeps to it: `Watch`
 * fails a test by any error in the console, and a violation is one.
 */
import type { Browser } from '@playwright/test'
import { expect, test } from './fixtures.ts'

const toastStyles =
  "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=' 'sha256-StEaX+se6YS7pqjzrzMIA0KaX9zF/8zAhvQXZAe5epY='"

for (const path of ['/', '/s/some-session', '/nothing-here', '/api/connect']) {
  test(`K1: ${path} comes with exactly these headers`, async ({ request, network }) => {
    const headers = (await request.get(path)).headers()
    const policy = headers['content-security-policy'] ?? ''
    const nonce = /'nonce-([\w+/]{22}==)'/.exec(policy)?.[1]
    expect(policy.split('; ')).toEqual([
      "default-src 'none'",
      `script-src 'self' 'nonce-${nonce}'`,
      `style-src 'self' 'nonce-${nonce}' ${toastStyles}`,
      "img-src 'self'",
      "font-src 'self'",
      `connect-src 'self' ws://127.0.0.1:${network.port} http://127.0.0.1:${network.port}`,
      "manifest-src 'self'",
      "worker-src 'self'",
      "base-uri 'none'",
      "form-action 'self'",
      "frame-ancestors 'none'",
    ])
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'same-origin',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'permissions-policy':
        'camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()',
    })
    expect(headers).not.toHaveProperty('x-powered-by')
    // Over plain HTTP a browser may not be told to insist on https.
    expect(headers).not.toHaveProperty('strict-transport-security')
  })
}

test('K1: over https the browser is told to stay there', async ({ request, network }) => {
  const headers = (await request.get('/', { headers: { 'x-forwarded-proto': 'https' } })).headers()
  expect(headers['strict-transport-security']).toBe('max-age=63072000')
  const policy = headers['content-security-policy']?.split('; ')
  const host = `127.0.0.1:${network.port}`
  expect(policy).toContain(`connect-src 'self' wss://${host} https://${host}`)
  expect(policy?.at(-1)).toBe('upgrade-insecure-requests')
})

for (const path of ['/', '/s/some-session', '/nothing-here']) {
  test(`K1: every script and style of ${path} bears its nonce, and no element has a style of its own`, async ({
    request,
  }) => {
    const response = await request.get(path)
    const html = await response.text()
    const policy = response.headers()['content-security-policy'] ?? ''
    const nonce = /'nonce-([^']+)'/.exec(policy)?.[1]
    const tags = html.match(/<(?:script|style|link rel="(?:preload|stylesheet)")\b[^>]*>/g) ?? []
    expect(tags.length).toBeGreaterThan(8)
    expect(tags.filter((tag) => !tag.includes(`nonce="${nonce}"`))).toEqual([])
    expect(html.match(/<[^>]*\s(?:style|on\w+)="[^>]*>/g)).toBeNull()
    const again = (await request.get(path)).headers()['content-security-policy'] ?? ''
    expect(again).not.toContain(`'nonce-${nonce}'`)
  })
}

test('K1: a tour of the whole page violates nothing', async ({ chat, model, server, watch }) => {
  const { page } = chat
  await model.next({
    text: '# Title\n\n| a | b |\n| - | - |\n| 1 | `2` |\n\n```js\nlet a = 1\n```\n\n- [x] done\n\n[a link](https://example.com/)',
  })
  await chat.ask('A tour')
  await chat.toHaveExchanges(1)
  await expect(chat.lastAnswer.getByRole('link')).toBeVisible()
  // What shows tips is fetched at the first sign of somebody: a pointer that was there before is told nothing.
  await expect(async () => {
    await page.mouse.move(0, 0)
    await chat.sessions.getByRole('radio', { name: 'Dark' }).hover()
    await expect(page.getByRole('tooltip', { includeHidden: true })).toHaveText('Dark', {
      timeout: 2000,
    })
  }).toPass()
  await chat.action('Good answer').click()
  // Later it would take the focus from the field for the title, which ends with that.
  await expect(page.getByRole('textbox', { name: 'Comment' })).toBeFocused()
  for (const theme of ['Dark', 'Light', 'System']) {
    await chat.sessions.getByRole('radio', { name: theme }).click()
  }
  await chat.choose('A tour', 'Rename')
  await page.getByRole('textbox', { name: 'Title' }).fill('Renamed')
  await page.keyboard.press('Enter')
  await chat.choose('Renamed', 'Delete')
  await expect(page.getByRole('button', { name: 'Undo' })).toBeVisible()
  await chat.sessions.getByRole('button', { name: 'Settings' }).click()
  // The dialog keeps the page behind it from scrolling: by a style that it puts in.
  await expect(page.getByRole('dialog', { name: 'Settings' })).toBeVisible()
  await expect(page.locator('body')).toHaveCSS('overflow', 'hidden')
  await page.keyboard.press('Escape')
  await page.keyboard.press('Control+k')
  await expect(page.getByRole('combobox', { name: 'Commands' })).toBeFocused()
  await page.keyboard.press('Escape')

  await page.setViewportSize({ width: 390, height: 844 })
  await page.getByRole('button', { name: 'Open sessions' }).click()
  await expect(page.getByRole('dialog', { name: 'Sessions' })).toBeVisible()
  await page.keyboard.press('Escape')

  await server.restart('built-in')
  await page.reload()
  await page.getByText('Simulated answers').click()
  await expect(page.getByRole('dialog', { name: 'Simulated answers' })).toBeVisible()
  await page.goto('/nothing-here')
  await expect(page.getByRole('heading')).toHaveText('There is nothing here.')
  // Right for an address that does not exist.
  const notFound =
    /^console error: Failed to load resource: the server responded with a status of 404/
  watch.complaints.splice(0, Infinity, ...watch.complaints.filter((it) => !notFound.test(it)))
})

/** What becomes of something that an attacker has got into the page. */
async function attack(browser: Browser, baseURL: string | undefined, run: () => void) {
  const page = await browser.newPage(baseURL === undefined ? {} : { baseURL })
  const refused: string[] = []
  await page.exposeFunction('refused', (directive: string) => refused.push(directive))
  await page.exposeFunction('ran', () => refused.push('it ran'))
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => {
      Reflect.get(globalThis, 'refused')(effectiveDirective)
    })
  })
  const outward: string[] = []
  await page.route(/foreign\.example/, (route) => {
    outward.push(route.request().url())
    return route.abort()
  })
  await page.goto('/')
  await page.evaluate(run)
  await expect.poll(() => refused.length).toBeGreaterThan(0)
  await page.close()
  return { refused, outward }
}

const attacks: Record<string, { run: () => void; directive: string }> = {
  'an inline script': {
    directive: 'script-src-elem',
    run: () => {
      const script = document.createElement('script')
      script.textContent = 'ran()'
      document.body.append(script)
    },
  },
  'a handler in an attribute': {
    directive: 'script-src-attr',
    run: () => {
      document.body.insertAdjacentHTML('beforeend', '<button onfocus="ran()" autofocus>x</button>')
    },
  },
  'a script of a foreign host, as markup': {
    directive: 'script-src-elem',
    run: () => {
      const frame = document
        .createRange()
        .createContextualFragment('<script src="https://foreign.example/x.js"></script>')
      document.body.append(frame)
    },
  },
  'a foreign picture': {
    directive: 'img-src',
    run: () => {
      new Image().src = 'https://foreign.example/x.png'
    },
  },
  'a call outward': {
    directive: 'connect-src',
    run: () => {
      fetch('https://foreign.example/').catch(() => {})
    },
  },
  'a frame': {
    directive: 'frame-src',
    run: () => {
      document.body.insertAdjacentHTML(
        'beforeend',
        '<iframe src="https://foreign.example/"></iframe>',
      )
    },
  },
  'another base': {
    directive: 'base-uri',
    run: () => {
      document.head.insertAdjacentHTML('afterbegin', '<base href="https://foreign.example/">')
    },
  },
  'text as code': {
    directive: 'script-src',
    run: () => {
      try {
        setTimeout('ran()', 0)
      } catch {
        // Refused.
      }
    },
  },
  'a style attribute': {
    directive: 'style-src-attr',
    run: () => {
      document.body.insertAdjacentHTML('beforeend', '<p style="position:fixed;inset:0">x</p>')
    },
  },
}

for (const [name, { run, directive }] of Object.entries(attacks)) {
  test(`K1: ${name} is refused, were it ever to get in`, async ({ browser, baseURL }) => {
    expect(await attack(browser, baseURL, run)).toEqual({ refused: [directive], outward: [] })
  })
}
