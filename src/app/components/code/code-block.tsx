'use client'
/** A block of code: its language, a button that copies it, and the code. Plain at first, its colours follow. */
import { Fragment, memo, type ReactNode, useMemo } from 'react'
import { useText } from '../../i18n/use-text.tsx'
import { CopyButton } from '../copy-button.tsx'
import {
  type CodeLine,
  type CodeNode,
  joinLines,
  linesOf,
  plainLines,
  runsOf,
} from './code-lines.ts'
import { useHighlight } from './use-highlight.ts'

interface CodeBlockProps {
  code: string
  /** As it was written; empty where nothing was. */
  language: string
}

export const CodeBlock = memo(function CodeBlock({ code, language }: CodeBlockProps) {
  const text = useText()
  const done = useHighlight(code, language)
  const highlighted = useMemo(() => (done ? linesOf(done.tree.children) : []), [done])
  const runs = runsOf(joinLines(highlighted, plainLines(code.slice(done?.code.length ?? 0))))
  return (
    <figure className="code-frame" aria-label={text.content.code(language)}>
      <div className="flex h-10 items-center justify-between ps-4 pe-1.5 touch:h-11">
        <span className="font-mono text-xs text-ink-3">{language || text.content.plain}</span>
        <CopyButton text={code} label={text.answer.copyCode} />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard scrolls long lines with it */}
      <pre tabIndex={0}>
        <code>
          {runs.map((lines, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: lines stay where they are as code grows
            <Run key={index} lines={lines} />
          ))}
        </code>
      </pre>
    </figure>
  )
})

/** Some lines, the same until one of them changes. */
const Run = memo(
  function Run({ lines }: { lines: readonly CodeLine[] }) {
    const nodes = lines.flatMap((line) => line.nodes)
    return <span className="block">{toElements(nodes)}</span>
  },
  (before, now) =>
    before.lines.length === now.lines.length &&
    before.lines.every((line, index) => line.sign === now.lines[index]?.sign),
)

/** Each is known by its place in the code: as a run grows, nothing is taken for something that has moved. */
function toElements(nodes: readonly CodeNode[]): ReactNode[] {
  let place = 0
  return nodes.map((node) => {
    const key = place
    place += lengthOf(node)
    if (node.type === 'text') return <Fragment key={key}>{node.value}</Fragment>
    if (node.type !== 'element') return null
    const { className } = node.properties
    return (
      <span key={key} className={Array.isArray(className) ? className.join(' ') : undefined}>
        {toElements(node.children)}
      </span>
    )
  })
}

function lengthOf(node: CodeNode): number {
  if (node.type === 'text') return node.value.length
  return node.type === 'element' ? node.children.reduce((sum, each) => sum + lengthOf(each), 0) : 0
}
