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
