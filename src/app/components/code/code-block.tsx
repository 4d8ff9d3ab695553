'use client'
/** A block of code: its language, a button that copies it, and the code. Plain at first, its colours follow. */
import { isValidElement, memo, type ReactNode } from 'react'
import { CopyButton } from '../copy-button.tsx'
import type { CodeTree } from './highlighter.ts'
import { useHighlight } from './use-highlight.ts'

export function CodeBlock({ children }: { children?: ReactNode }) {
  const { code, language } = read(children)
  const done = useHighlight(code, language)
  return (
    <figure className="code-frame" aria-label={language ? `Code, ${language}` : 'Code'}>
      <div className="flex h-10 items-center justify-between ps-4 pe-1.5 touch:h-11">
        <span className="font-mono text-xs text-ink-3">{language || 'text'}</span>
        <CopyButton text={code} label="Copy code" />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard scrolls long lines with it */}
      <pre tabIndex={0}>
        <code>
          {done && <Tree tree={done.tree} />}
          {done ? code.slice(done.code.length) : code}
        </code>
      </pre>
    </figure>
  )
}

const Tree = memo(function Tree({ tree }: { tree: CodeTree }) {
  return tree.children.map(toElement)
})

type CodeNode = CodeTree['children'][number]

function toElement(node: CodeNode, place: number): ReactNode {
  if (node.type === 'text') return node.value
  if (node.type !== 'element') return null
  const { className } = node.properties
  return (
    <span key={place} className={Array.isArray(className) ? className.join(' ') : undefined}>
      {node.children.map(toElement)}
    </span>
  )
}

/** The parser hands over `<code class="language-x">text</code>`. */
function read(children: ReactNode): { code: string; language: string } {
  if (!isValidElement<{ className?: unknown; children?: ReactNode }>(children)) {
    return { code: textOf(children), language: '' }
  }
  const { className, children: inner } = children.props
  const names = Array.isArray(className) ? className.join(' ') : String(className ?? '')
  return {
    code: textOf(inner).replace(/\n$/, ''),
    language: /language-([^\s]+)/.exec(names)?.[1] ?? '',
  }
}

function textOf(node: ReactNode): string {
  if (typeof node === 'string') return node
  if (Array.isArray(node)) return node.map(textOf).join('')
  return ''
}
