import { expect, test } from 'vitest'
import { type AnswerPart, answerParts } from './answer-parts.ts'

const text = (words: string): AnswerPart => ({ kind: 'text', text: words })
const code = (words: string, language = ''): AnswerPart => ({ kind: 'code', language, code: words })

test('R10: blocks of code are parts of their own, and so is what stands between them', () => {
  expect(answerParts('So:\n\n```ts\nlet a\n\nlet b\n```\n\nAnd\n~~~\nc\n~~~\nend')).toEqual([
    text('So:\n\n'),
    code('let a\n\nlet b', 'ts'),
    text('\nAnd\n'),
    code('c'),
    text('end'),
  ])
  expect(answerParts('```py title="a"\nx = 1')).toEqual([code('x = 1', 'py')])
  expect(answerParts('')).toEqual([])
})

test('R10: a fence is closed by one as long as it, of the same kind', () => {
  const inner = '```\nnot yet\n~~~\n   ```\n'
  expect(answerParts(`\`\`\`\`md\n${inner}\`\`\`\`\nend`)).toEqual([
    code(inner.slice(0, -1), 'md'),
    text('end'),
  ])
  expect(answerParts('~~~\n```\na\n```\n~~~~')).toEqual([code('```\na\n```')])
})

test('R10: what is no block of code at the beginning of a line stays with its text', () => {
  for (const whole of [
    '- one\n  ```ts\n  a\n  ```\n- two',
    '> ```\n> a\n> ```',
    'A ``` in a line',
    '```a`b` is a word of code',
    '<pre>\n```\na\n```\n</pre>',
  ]) {
    expect(answerParts(whole)).toEqual([text(whole)])
  }
})

test('R10: what is said elsewhere in a text keeps it in one part, code does not', () => {
  for (const whole of [
    'See [a][1].\n\n```\nb\n```\n\n[1]: https://example.org',
    'A[^1]\n\n```\nb\n```',
  ]) {
    expect(answerParts(whole)).toEqual([text(whole)])
  }
  expect(answerParts('So\n\n```ts\n/[^a]/\n<a>\n[b]: c\n```')).toEqual([
    text('So\n\n'),
    code('/[^a]/\n<a>\n[b]: c', 'ts'),
  ])
  // What stands before it stays as it was.
  expect(answerParts('```\na\n```\n<b>\n```\nc\n```')).toEqual([
    code('a'),
    text('<b>\n```\nc\n```'),
  ])
})

test('R10: as a text grows, the parts before its last one stay as they are', () => {
  const whole =
    '# A\n\nWords.\n\n```ts\nlet a = `x`\n```\n\n- one\n- two\n\n```\nb\n```\n\nThe end.'
  let before: AnswerPart[] = []
  for (let end = 1; end <= whole.length; end++) {
    // A fence is shown once its line is whole: settled-markdown.ts.
    if (/(^|\n)`{1,3}\w*$/.test(whole.slice(0, end))) continue
    const parts = answerParts(whole.slice(0, end))
    expect(parts.slice(0, before.length - 1)).toEqual(before.slice(0, -1))
    before = parts
  }
  expect(before).toHaveLength(5)
})
