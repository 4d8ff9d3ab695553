/** The summary that lists show: title, model, last activity. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { EventBody } from '../events.ts'
import { summarise, titleFrom, untitled } from './summary.ts'

const timestamp = '2026-01-01T00:00:00.000Z'

function query(content: string, state: 'queued' | 'edited' = 'queued'): EventBody {
  return { type: 'query', messageId: 'q', priority: 'normal', state, content, timestamp }
}

describe('titleFrom', () => {
  test.each([
    ['Hello', 'Hello'],
    ['  \n Hello  there \nmore', 'Hello there'],
    ['   ', untitled],
    [`${'word '.repeat(20)}`, `${'word '.repeat(11)}word…`],
    ['x'.repeat(100), `${'x'.repeat(60)}…`],
  ])('%j becomes %j', (content, title) => expect(titleFrom(content)).toBe(title))

  test('a title is short, one line, well-formed and never empty', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (content) => {
        const title = titleFrom(content)
        expect(title.length).toBeGreaterThan(0)
        expect(title.length).toBeLessThanOrEqual(61)
        expect(title).not.toContain('\n')
        if (content.isWellFormed()) expect(title.isWellFormed()).toBe(true)
      }),
    )
  })
})

describe('summarise', () => {
  test('the first question names a session that nobody has named', () => {
    expect(summarise([query('One'), query('Two')], untitled).title).toBe('One')
    expect(summarise([query('One')], 'Named').title).toBeUndefined()
    expect(summarise([query('One', 'edited')], untitled).title).toBeUndefined()
  })

  test('rename and model change what they name; the last one counts', () => {
    const rename = (title: string): EventBody => {
      return { type: 'command', name: 'rename', args: { title }, content: '', timestamp }
    }
    const model: EventBody = {
      type: 'command',
      name: 'model',
      args: { model: 'm2' },
      content: '',
      timestamp,
    }
    expect(summarise([query('One'), rename('A'), rename('B'), model], untitled)).toEqual({
      title: 'B',
      model: 'm2',
      lastActivity: timestamp,
    })
  })

  test('a delta changes nothing: a running answer costs no summary per piece', () => {
    const delta = { type: 'delta', messageId: 'a', replyTo: 'q', attempt: 1, offset: 0 } as const
    expect(summarise([{ ...delta, content: 'x', timestamp }], untitled)).toEqual({})
  })
})
