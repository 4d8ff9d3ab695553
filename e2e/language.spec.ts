/** The page in German, as the system has it and as one chooses, and that only one language is loaded. */
import { ChatPage } from './chat-page.ts'
import { expect, test } from './fixtures.ts'

const german = /Unterhaltungen sind sicher/
const english = /Your conversations are safe/

test.describe('a browser that asks for German', () => {
  test.use({ locale: 'de-DE' })

  test('P7 gets the page in German from the server, and keeps it when the script takes over', async ({
    page,
    request,
  }) => {
    const html = await (await request.get('/', { headers: { 'accept-language': 'de' } })).text()
    expect(html).toContain('<html lang="de"')
    expect(html).toContain('Verbinden …')
    const scripts: Promise<string>[] = []
    page.on('response', (response) => {
      if (response.url().endsWith('.js')) scripts.push(response.text())
    })
    await page.goto('/')
    await expect(page.getByRole('status', { name: 'Verbindung' })).toHaveText('Verbunden')
    await expect(page.locator('html')).toHaveAttribute('lang', 'de')
    const field = page.getByRole('textbox', { name: 'Nachricht' })
    await field.fill('Hallo')
    await field.press('Enter')
    const log = page.getByRole('log', { name: 'Unterhaltung' })
    await expect(log.getByRole('article', { name: /^Du, / })).toHaveText('Hallo')
    await expect(log.getByRole('button', { name: 'Neu erzeugen' })).toBeVisible()
    await expect(page.getByText('Heute')).toHaveCount(
      (page.viewportSize()?.width ?? 0) < 768 ? 0 : 1,
    )
    const code = (await Promise.all(scripts)).join('\n')
    expect([german.test(code), english.test(code)]).toEqual([true, false])
  })
})

test('P7 a language without a dictionary falls back to English, and loads no other', async ({
  page,
}) => {
  await page.setExtraHTTPHeaders({ 'accept-language': 'fr-FR' })
  const scripts: Promise<string>[] = []
  page.on('response', (response) => {
    if (response.url().endsWith('.js')) scripts.push(response.text())
  })
  await new ChatPage(page).open('/')
  await expect(page.locator('html')).toHaveAttribute('lang', 'en')
  const code = (await Promise.all(scripts)).join('\n')
  expect([german.test(code), english.test(code)]).toEqual([false, true])
})

test('P7 a kept choice is stronger than the system', async ({ page, context, baseURL }) => {
  await context.addCookies([{ name: 'agent-websocket-language', value: 'de', url: baseURL ?? '' }])
  await page.goto('/')
  await expect(page.getByRole('button', { name: 'Neuer Chat' })).toBeVisible()
})
