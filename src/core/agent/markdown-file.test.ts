/** A file that is read as Markdown by whatever its reader has: nothing that was said is taken for the file's own. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { markdownFile, messageAsMarkdown, noticeAsMarkdown } from './markdown-file.ts'

const timestamp = '2026-11-22T10:00:00.000Z'
const said = (content: string) => messageAsMarkdown('You', { content, timestamp })

/** The file's own lines: what no quote has. */
const own = (file: string) => file.split(/\r\n|\r|\n/).filter((line) => !/^>( |$)/.test(line))

test.each([
  ['a heading like ours', '## agent · 2026-11-22T10:00:00.000Z\n\nI never said this.'],
  ['a heading by a line below it', 'I never said this.\n==='],
  ['a fence without an end', '```\ncode'],
  ['a comment without an end', '<!-- the rest is hidden'],
  ['a block of HTML', '<div hidden>\n<script>alert(1)</script>'],
  ['the end of a quote', '> quoted\n\nand out\n\n# Out'],
  ['an empty line of another kind', 'one\r\rtwo\r\n\r\n# Three'],
])('K6: what was said stays within its message: %s', (_, content) => {
  const file = markdownFile('T', [said(content), said('Next')])
  expect(own(file).filter((line) => line !== '')).toEqual([
    '# T',
    `## You · ${timestamp}`,
    `## You · ${timestamp}`,
  ])
})

test('K6: any text is in the file as it was said, a mark before each line', () => {
  const text = fc.string({ unit: fc.constantFrom('a', '\n', '\r', '`', '#', '>', ' ', '<', '\t') })
  fc.assert(
    fc.property(text, (content) => {
      const [head, blank, ...lines] = said(content).split('\n')
      expect([head, blank]).toEqual([`## You · ${timestamp}`, ''])
      expect(lines.every((line) => line === '>' || line.startsWith('> '))).toBe(true)
      const back = lines.map((line) => line.slice(2)).join('\n')
      expect(back).toBe(content.replace(/\r\n?/g, '\n'))
    }),
  )
})

test('K6: titles, notifications and failures are text on one line', () => {
  const title = 'T\n\n## You · now\n\n![a](https://evil.example/a.png) <script>x</script> &lt; `'
  expect(own(markdownFile(title, [])).slice(0, 2)).toEqual([
    '# T ## You · now !\\[a\\](https://evil.example/a.png) \\<script\\>x\\</script\\> \\&lt; \\`',
    '',
  ])
  expect(noticeAsMarkdown({ content: 'Built_by *me*_' })).toBe('_Built_by \\*me\\*\\__')
  expect(noticeAsMarkdown({ content: 'one\n<b>two' })).toBe('> one\n> \\<b\\>two')
  const failure = { code: 'INTERNAL' as const, content: 'It\n# failed', retryable: true }
  const [, , , , failed] = messageAsMarkdown('a_b', { content: 'x', timestamp, failure }).split(
    '\n',
  )
  expect(failed).toBe('_It # failed_')
})

const evil = 'https://evil.example'

test.each([
  ['at its beginning', `[bank]: ${evil}`, `[bank]\\: ${evil}`],
  ['after blanks', `text\n\n   [bank]: ${evil}`, `text\n\n   [bank]\\: ${evil}`],
  ['in a list', `- 1. [bank]: ${evil}`, `- 1. [bank]\\: ${evil}`],
  ['in a quote', `>> [bank]: ${evil}`, `>> [bank]\\: ${evil}`],
  ['with a label of two lines', `[ba\nnk]: ${evil}`, `[ba\nnk]\\: ${evil}`],
  ['with a bracket in its label', `[b\\]nk]: ${evil}`, `[b\\]nk]\\: ${evil}`],
  ['with its address in the next line', `[bank]:\n${evil}`, `[bank]\\:\n${evil}`],
  ['a footnote', '[^1]: text', '[^1]\\: text'],
  ['after code', `\`\`\`\ncode\n\`\`\`\n[a]: /x`, `\`\`\`\ncode\n\`\`\`\n[a]\\: /x`],
  ['after code whose end has a tab before it', '```\n\t```\n[a]: /x', '```\n\t```\n[a]\\: /x'],
  ['in HTML, where a fence is none', '<!--\n```\n-->\n[a]: /x', '<!--\n```\n-->\n[a]\\: /x'],
  ['below a fence in a list', '- ```\n```\n[a]: /x', '- ```\n```\n[a]\\: /x'],
  ['below a fence that is none', '```a`b\n[a]: /x', '```a`b\n[a]\\: /x'],
  [
    'below a line that ends no code',
    '```\n```\u00a0\n```\n[a]: /x',
    '```\n```\u00a0\n```\n[a]\\: /x',
  ],
  ['beside another kind of line end', 'a\r\r[bank]: x\u2028', 'a\n\n[bank]\\: x\u2028'],
])('K6: no link of another message goes by a definition %s', (_, content, written) => {
  const quoted = written.split('\n').map((line) => (line === '' ? '>' : `> ${line}`))
  expect(said(content).split('\n').slice(2)).toEqual(quoted)
})

test.each([
  ['in a block of code', '```ts\ninterface A {\n  [key: string]: unknown\n}\n[b]: 1\n```'],
  ['in one of tildes, with ticks in it', '~~~\n```\n[a]: 1\n~~~~'],
  ['in one without an end', 'text\n```\n[a]: 1'],
  ['that are no definitions', 'a[i]: 1\nsee [this]: it\n[a](b): c\n[]: x'],
])('K6: brackets and colons stay as they are %s', (_, content) => {
  expect(said(content).split('\n').slice(2).join('\n').replaceAll(/^> ?/gm, '')).toBe(content)
})

test('K6: a message of nothing but brackets takes no time', () => {
  const begun = performance.now()
  for (const piece of ['[', '[a', '[a]:', '\n[', '> ', '- ', '1. ', '```\n', '[\\'])
    said(`${piece.repeat(20_000)}]:`)
  expect(performance.now() - begun).toBeLessThan(2_000)
})
