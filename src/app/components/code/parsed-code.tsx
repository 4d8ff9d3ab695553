'use client'
/** A block of code that was parsed: one in a list or a quote. Used by `markdown-body.tsx`. */
import { isValidElement, type ReactNode } from 'react'
import { CodeBlock } from './code-block.tsx'

export function ParsedCode({ children }: { children?: ReactNode }) {
  return <CodeBlock {...read(children)} />
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
