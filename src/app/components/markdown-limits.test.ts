/** What is given to the parser of Markdown, and what is shown as it is. */
import { expect, test } from 'vitest'
import { isParsable } from './markdown-limits.ts'

test('K2: what people and models write is parsed', () => {
  const code = `\`\`\`json\n${'[{"a": *_*}],\n'.repeat(2_000)}\`\`\``
  const table = `|a|b|c|\n|-|-|-|\n${'| `x` | **y** | [z](https://z.example) |\n'.repeat(200)}`
  for (const text of [
    '',
    `${'-'.repeat(200)}\n\n${'* '.repeat(30)}`,
    code,
    table,
    `> > > deep\n\n${'A **word** and a [link](https://a.example).\n\n'.repeat(2_000)}`,
  ]) {
    expect(isParsable(text), text.slice(0, 40)).toBe(true)
  }
})

test('K2: what nests or stands too thickly is not', () => {
  for (const text of [
    '>'.repeat(50),
    `text\n${'> '.repeat(50)}`,
    '- '.repeat(50),
    '1. '.repeat(50),
    '['.repeat(5_000),
    '*a\n'.repeat(5_000),
    '|a'.repeat(500),
    'a'.repeat(6_000),
    `\`\`\`\n\`\`\`\n${'['.repeat(5_000)}`,
  ]) {
    expect(isParsable(text), text.slice(0, 40)).toBe(false)
  }
})

test('K2: looking takes no time itself', () => {
  const begun = performance.now()
  for (const piece of ['>', '- ', ' ', '1', '\t', 'a', '`', '~', '|', '\n', '1. ']) {
    isParsable(piece.repeat(200_000))
  }
  expect(performance.now() - begun).toBeLessThan(3_000)
})
