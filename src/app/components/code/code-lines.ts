/**
 * Highlighted code by its lines, and lines in runs. Each run is a block of its own in the page: where code grows, the
 * browser lays out its last lines again and not all of them, and React looks at no other. Used by `code-block.tsx`.
 */
import type { CodeTree } from './highlighter.ts'

export type CodeNode = CodeTree['children'][number]

export interface CodeLine {
  /** With the line break at its end, where it has one. */
  nodes: readonly CodeNode[]
  /** Equal where two lines look the same. */
  sign: string
}

/** A span that goes over lines becomes one on each. There is always one line more than there are line breaks. */
export function linesOf(nodes: readonly CodeNode[]): CodeLine[] {
  return cutAtLineBreaks(nodes).map((line) => ({
    nodes: line,
    sign: line.map(signOf).join(''),
  }))
}

/** The same, of what was not highlighted. */
export function plainLines(text: string): CodeLine[] {
  return linesOf([{ type: 'text', value: text }])
}

/** What is behind goes on in the last line. */
export function joinLines(before: readonly CodeLine[], behind: readonly CodeLine[]): CodeLine[] {
  const last = before.at(-1)
  const [next, ...rest] = behind
  if (!last || !next) return [...before, ...behind]
  const joined = { nodes: [...last.nodes, ...next.nodes], sign: last.sign + next.sign }
  return [...before.slice(0, -1), joined, ...rest]
}

const linesInRun = 12

export function runsOf(lines: readonly CodeLine[]): (readonly CodeLine[])[] {
  return Array.from({ length: Math.ceil(lines.length / linesInRun) }, (_, index) =>
    lines.slice(index * linesInRun, (index + 1) * linesInRun),
  )
}

function cutAtLineBreaks(nodes: readonly CodeNode[]): CodeNode[][] {
  let line: CodeNode[] = []
  const lines = [line]
  for (const node of nodes) {
    for (const [index, part] of partsOf(node).entries()) {
      if (index > 0) {
        line = []
        lines.push(line)
      }
      if (part) line.push(part)
    }
  }
  return lines
}

/** What it has of each line; null where that is nothing. */
function partsOf(node: CodeNode): (CodeNode | null)[] {
  if (node.type === 'text') {
    const texts = node.value.split(/(?<=\n)/)
    // After a line break at the end another line begins.
    if (node.value.endsWith('\n')) texts.push('')
    return texts.map((value) => (value === '' ? null : { type: 'text', value }))
  }
  if (node.type !== 'element') return []
  return cutAtLineBreaks(node.children).map((children) =>
    children.length === 0 ? null : ({ ...node, children } as CodeNode),
  )
}

function signOf(node: CodeNode): string {
  if (node.type === 'text') return node.value
  if (node.type !== 'element') return ''
  return `\u0001${String(node.properties.className)}\u0002${node.children.map(signOf).join('')}\u0003`
}
