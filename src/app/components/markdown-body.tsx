'use client'
/**
 * Markdown as it streams in: whole blocks are kept, half-written marks are closed for the eye. Every
 * element is ours, so nothing of the library's look or controls shows. Images are links: what a model
 * writes must not make the reader's browser call somebody.
 */
import { memo } from 'react'
import { type Components, type ExtraProps, Streamdown } from 'streamdown'
import { CodeBlock } from './code-block.tsx'

type Tag = 'h2' | 'h3' | 'h4' | 'h5' | 'h6' | 'p' | 'ul' | 'ol' | 'li' | 'blockquote' | 'hr'
type CellTag = 'thead' | 'tbody' | 'tr' | 'th' | 'td' | 'strong' | 'sub' | 'sup' | 'section'
type PlainProps = React.HTMLAttributes<HTMLElement> & ExtraProps

/** The bare element, without the parser's node. */
function plain(Name: Tag | CellTag) {
  return function Plain({ node: _, ...rest }: PlainProps) {
    return <Name {...rest} />
  }
}

const components: Components = {
  // The page's own heading is the first level.
  h1: plain('h2'),
  h2: plain('h3'),
  h3: plain('h4'),
  h4: plain('h5'),
  h5: plain('h6'),
  h6: plain('h6'),
  p: plain('p'),
  ul: plain('ul'),
  ol: plain('ol'),
  li: plain('li'),
  blockquote: plain('blockquote'),
  hr: plain('hr'),
  thead: plain('thead'),
  tbody: plain('tbody'),
  tr: plain('tr'),
  th: plain('th'),
  td: plain('td'),
  strong: plain('strong'),
  sub: plain('sub'),
  sup: plain('sup'),
  section: plain('section'),
  a({ node: _, href, children }) {
    return (
      <a href={href} target="_blank" rel="noopener noreferrer nofollow">
        {children}
      </a>
    )
  },
  img({ node: _, src, alt }) {
    const text = alt || 'Image'
    if (typeof src !== 'string') return <span>{text}</span>
    return (
      <a href={src} target="_blank" rel="noopener noreferrer nofollow">
        {text}
      </a>
    )
  },
  table({ node: _, ...rest }) {
    return (
      // Focusable, so that the keyboard can scroll a wide table.
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region needs it
      <section className="table-frame" aria-label="Table" tabIndex={0}>
        <table {...rest} />
      </section>
    )
  },
  inlineCode({ node: _, ...rest }) {
    return <code {...rest} />
  },
  pre({ children }) {
    return <CodeBlock>{children}</CodeBlock>
  },
  code({ node: _, ...rest }) {
    return <code {...rest} />
  },
}

export default memo(function MarkdownBody({ text }: { text: string }) {
  return (
    <Streamdown
      className="prose"
      components={components}
      controls={false}
      linkSafety={{ enabled: false }}
    >
      {text}
    </Streamdown>
  )
})
