import { expect, test } from 'vitest'
import { settle } from './settled-markdown.ts'

/** Each text that has been shown while this one was written, a character at a time. */
function shownWhile(text: string): string[] {
  const shown = Array.from({ length: text.length }, (_, end) => settle(text.slice(0, end + 1)).text)
  return [...new Set(shown)]
}

test('R1: what is shown of a text is its beginning, and never gets shorter but for a table', () => {
  const text = '# Title\n\nSome *words* and\n\n- one\n- two\n\n> said\n\n1. first\n\n---\n\nEnd'
  let longest = ''
  for (const shown of shownWhile(text)) {
    expect(text.startsWith(shown)).toBe(true)
    expect(shown.length).toBeGreaterThanOrEqual(longest.length)
    longest = shown
  }
  expect(longest).toBe(text)
})

test('R1: marks are shown with the words that say what they are', () => {
  expect(settle('Text\n\n#').text).toBe('Text\n\n')
  expect(settle('Text\n\n##').text).toBe('Text\n\n')
  expect(settle('Text\n\n## T').text).toBe('Text\n\n## T')
  expect(settle('Text\n-').text).toBe('Text\n')
  expect(settle('Text\n--').text).toBe('Text\n')
  expect(settle('- [').text).toBe('')
  expect(settle('- [x] d').text).toBe('- [x] d')
  expect(settle('12').text).toBe('')
  expect(settle('12 eggs').text).toBe('12 eggs')
})

test('R1: emphasis, code and links are shown with their words', () => {
  expect(settle('So **').text).toBe('So ')
  expect(settle('So **bo').text).toBe('So ')
  expect(settle('So **bold**').text).toBe('So ')
  expect(settle('So **bold w').text).toBe('So **bold w')
  expect(settle('So **bold w*').text).toBe('So **bold w')
  expect(settle('So **b** c').text).toBe('So **b** c')
  expect(settle('Use `').text).toBe('Use ')
  expect(settle('See [').text).toBe('See ')
  expect(settle('See ![a](http://exa').text).toBe('See ')
  expect(settle('See ![a](http://example.org)').text).toBe('See ![a](http://example.org)')
  expect(settle('5 * 3').text).toBe('5 * 3')
})

test('R1: no part of a table is shown before it is whole', () => {
  const table = '| a | b |\n| --- | ---: |\n| 1 | 2 |\n| 3 | 4 |\n'
  for (const shown of shownWhile(`Before\n\n${table}`)) expect(shown).not.toContain('|')
  expect(settle(`Before\n\n${table}\nAfter`).text).toContain(table)
})

test('R1: while a table is written, its rows are counted', () => {
  const rows = (text: string) => settle(text).tableRows
  expect(rows('| a')).toBe(null)
  expect(rows('| a | b |\n| --')).toBe(null)
  expect(rows('| a | b |\n| --- | --- |\n')).toBe(0)
  expect(rows('| a | b |\n| --- | --- |\n| 1 |')).toBe(0)
  expect(rows('| a | b |\n| --- | --- |\n| 1 | 2 |\n| 3')).toBe(1)
  expect(rows('| a | b |\n| --- | --- |\n| 1 | 2 |\n\n')).toBe(null)
})

test('R1: lines that are no table are shown', () => {
  expect(settle('| said he\nand went').text).toBe('| said he\nand went')
})

test('R1: code is shown as it comes, but for what opens and closes it', () => {
  expect(settle('```').text).toBe('')
  expect(settle('```t').text).toBe('')
  expect(settle('```ts\nlet a').text).toBe('```ts\nlet a')
  expect(settle('```ts\nlet a\n``').text).toBe('```ts\nlet a\n')
  expect(settle('```ts\n| a |\n').text).toBe('```ts\n| a |\n')
  expect(settle('```ts\n# a').text).toBe('```ts\n# a')
  expect(settle('```ts\n#').text).toBe('```ts\n#')
  expect(settle('````md\n```\n').text).toBe('````md\n```\n')
  expect(settle('```ts\na\n```\n\n|').text).toBe('```ts\na\n```\n\n')
})
