import { common, createLowlight } from 'lowlight'
import { expect, test } from 'vitest'
import {
  type CodeLine,
  type CodeNode,
  joinLines,
  linesOf,
  plainLines,
  runsOf,
} from './code-lines.ts'

const lowlight = createLowlight(common)
/** A string with code in it, and both go over lines. */
const nested = 'text = f"""one {two(\n  3,\n)} four\n\n  five"""\n\n'

const textOf = (nodes: readonly CodeNode[]): string =>
  nodes
    .map((node) => {
      if (node.type === 'text') return node.value
      return node.type === 'element' ? textOf(node.children) : ''
    })
    .join('')
const texts = (lines: readonly CodeLine[]) => lines.map(({ nodes }) => textOf(nodes))

test('P27: lines are the code, cut behind its line breaks, whatever spans go over them', () => {
  const lines = linesOf(lowlight.highlight('python', nested).children)
  expect(texts(lines)).toEqual(nested.split(/(?<=\n)/).concat(''))
  const inside = lines.find(({ nodes }) => textOf(nodes) === '  five"""\n')
  expect(inside?.nodes[0]).toMatchObject({ properties: { className: ['hljs-string'] } })
})

test('P27: text that has no colours yet goes on in the last line', () => {
  const half = linesOf(lowlight.highlight('typescript', 'const a = 1\ncon').children)
  expect(texts(joinLines(half, plainLines('st b = 2\n')))).toEqual([
    'const a = 1\n',
    'const b = 2\n',
    '',
  ])
  expect(texts(joinLines([], plainLines('one\ntwo')))).toEqual(['one\n', 'two'])
})

test('P27: as code grows, lines that look the same keep their sign, and others do not', () => {
  const before = linesOf(lowlight.highlight('typescript', 'const a = 1\nconst b').children)
  const after = linesOf(lowlight.highlight('typescript', 'const a = 1\nconst b = 2').children)
  expect(after[0]?.sign).toBe(before[0]?.sign)
  expect(after[1]?.sign).not.toBe(before[1]?.sign)
  expect(plainLines('const a = 1\n')[0]?.sign).not.toBe(after[0]?.sign)
})

test('P27: runs have twelve lines, and together all of them', () => {
  const lines = plainLines(Array.from({ length: 30 }, (_, line) => `line ${line}`).join('\n'))
  const runs = runsOf(lines)
  expect(runs.map((run) => run.length)).toEqual([12, 12, 6])
  expect(runs.flat()).toEqual(lines)
  expect(runsOf([])).toEqual([])
})
