'use client'
/** A block of code: its language, a button that copies it, and the code. */
import { isValidElement, type ReactNode } from 'react'
import { useText } from '../i18n/use-text.tsx'
import { CopyButton } from './copy-button.tsx'

export function CodeBlock({ children }: { children?: ReactNode }) {
  const { code, language } = read(children)
  const text = useText()
  return (
    <figure className="code-frame" aria-label={text.content.code(language)}>
      <div className="flex h-10 items-center justify-between ps-4 pe-1.5 touch:h-11">
        <span className="font-mono text-xs text-ink-3">{language || text.content.plain}</span>
        <CopyButton text={code} label={text.answer.copyCode} />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard scrolls long lines with it */}
      <pre tabIndex={0}>
        <code>{code}</code>
      </pre>
    </figure>
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
