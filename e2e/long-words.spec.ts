/** A word without end, in a question: it is laid out as it comes, and breaks within the page. */
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
