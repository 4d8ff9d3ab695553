/** A word without end, in a question or in a field: it is laid out as it comes, and breaks within the page. */
import { expect, test } from './fixtures.ts'

test('K2: a question that is one word of 30,000 letters is set without kerning, and breaks', async ({
  chat,
}) => {
  const word = 'a'.repeat(30_000)
  await chat.ask(`See: ${word}`)
  await chat.toHaveExchanges(1)
  const question = chat.questions.last()
  expect(await question.evaluate((it) => it.textContent)).toContain(`See: ${word}`)
  const set = question.getByText(word)
  await expect(set).toHaveCSS('font-kerning', 'none')
  const { width } = (await set.boundingBox()) ?? { width: Number.NaN }
  expect(width).toBeLessThan(chat.page.viewportSize()?.width ?? 0)
})

test('K2: a word of 30,000 letters in a field is set without kerning, and other text with it', async ({
  chat,
}) => {
  const word = 'a'.repeat(30_000)
  await chat.message.fill(`See: ${'b'.repeat(399)} ${'words '.repeat(5000)}`)
  await expect(chat.message).toHaveCSS('font-kerning', 'auto')
  await chat.message.fill(`See: ${word}`)
  await expect(chat.message).toHaveCSS('font-kerning', 'none')
  await chat.message.press('Enter')
  await chat.toHaveExchanges(1)
  await expect(chat.message).toHaveCSS('font-kerning', 'auto')
  await chat.edit('See:')
  await expect(chat.editor).toHaveCSS('font-kerning', 'none')
})
