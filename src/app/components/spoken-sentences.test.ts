import { describe, expect, test } from 'vitest'
import { speak } from './spoken-sentences.ts'

const names = { code: (language: string) => `Code, ${language}`, table: 'Table' }

/** All that is said of a text that comes in pieces of this length, call by call. */
function listen(text: string, step: number): string[] {
  const said: string[] = []
  let from = 0
  for (let end = step; ; end += step) {
    const ended = end >= text.length
    const { sentences, upTo } = speak(text.slice(0, end), from, names, ended)
    expect(upTo).toBeGreaterThanOrEqual(from)
    from = upTo
    if (sentences !== '') said.push(sentences)
    if (ended) return said
  }
}

describe('sentences, not tokens', () => {
  test('P14: nothing is said before a sentence has ended, and each is said once', () => {
    expect(listen('One is here. Two comes. And three', 1)).toEqual([
      'One is here.',
      'Two comes.',
      'And three',
    ])
    expect(speak('Not yet', 0, names)).toEqual({ sentences: '', upTo: 0 })
  })

  test('P14: numbers and short forms end no sentence', () => {
    expect(listen('It is 3.5 m, e.g. here. Yes', 1)).toEqual(['It is 3.5 m, e.g. here.', 'Yes'])
  })

  test('P14: a line that has ended is said without its marks', () => {
    const text = '## A *title*\n\n- **one** and [a link](https://example.com)\n- snake_case `x`\n'
    expect(listen(text, 3)).toEqual(['A title', 'one and a link', 'snake_case x'])
  })

  test('P14: code and tables are named when they are whole', () => {
    const text =
      'Look:\n\n```ts\nconst a = 1. \nb. c\n```\n\n| a | b |\n| --- | --- |\n| 1. x | 2 |\n\nDone.'
    for (const step of [1, 2, 5, 17, 1000]) {
      expect(listen(text, step).join(' '), `pieces of ${step}`).toBe('Look: Code, ts. Table. Done.')
    }
  })

  test('P14: in whatever pieces it comes, the same is said', () => {
    const text =
      '# One\n\nTwo is *here*. Three? “Four.” Five\n\n> six\n\n1. seven. Eight\n\n~~~\nx\n~~~'
    const whole = listen(text, 1000).join(' ')
    for (let step = 1; step < text.length; step++) expect(listen(text, step).join(' ')).toBe(whole)
  })
})
