/** What the model thinks aloud before its answer. */
import AxeBuilder from '@axe-core/playwright'
import { sessionUrl } from './chat-page.ts'
import { expect, test } from './fixtures.ts'

test('H7: it is folded above the answer, says that the model thinks, then how long, also after a reload', async ({
  chat,
  model,
}) => {
  await model.next({ reasoning: 40, text: 'Because of the light.', hold: 0 })
  await chat.newChat.click()
  await chat.ask('Why is the sky blue?')
  const line = chat.lastAnswer.getByRole('button', { name: /^Reasoning/ })
  await expect(line).toHaveText(/Thinking….*Hmm\./)
  await expect(line).toHaveAttribute('aria-expanded', 'false')
  await expect(chat.page).toHaveURL(sessionUrl)
  await chat.page.reload()
  await chat.toBeConnected()
  await expect(line).toHaveText(/Thinking….*Hmm\./)

  await line.click()
  const region = chat.lastAnswer.getByRole('region', { name: 'Reasoning' })
  await expect(region).toHaveText('Hmm. '.repeat(40).trim())
  for (const width of [1280, 390]) {
    await chat.page.setViewportSize({ width, height: 800 })
    const axe = await new AxeBuilder({ page: chat.page }).include('article').analyze()
    expect(axe.violations).toEqual([])
    const tooWide = () =>
      document.documentElement.scrollWidth > document.documentElement.clientWidth
    expect(await chat.page.evaluate(tooWide)).toBe(false)
  }
  await model.release()
  await chat.toHaveExchanges(1)
  await expect(chat.lastAnswer).toContainText('Because of the light.')
  await expect(line).toHaveText(/Thought for \d+ s/)
  await line.press('Enter')
  await expect(region).toHaveCount(0)
  const asked = (await model.requests()).length

  // What was thought is no part of what the model is sent.
  await model.next({ text: 'Yes.' })
  await chat.ask('Really?')
  await chat.toHaveExchanges(2)
  const sent = (await model.requests())[asked]?.body.messages.map(({ content }) => content)
  expect(sent?.join(' ')).toContain('Because of the light.')
  expect(sent?.join(' ')).not.toContain('Hmm.')
})
