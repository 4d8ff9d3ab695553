'use client'
/**
 * Markdown as it streams in: whole blocks are kept, half-written marks are closed for the eye. Every
 * element is ours, so nothing of the library's look or controls shows. Images are links: what a model
 * writes must not make the reader's browser call somebody.
 */
import { memo } from 'react'
import { type Components, type ExtraProps, Streamdown } from 'streamdown'
import { useText } from '../i18n/use-text.tsx'
import { ParsedCode } from './code/parsed-code.tsx'
import { rehypePlugins } from './markdown-html.ts'
import { MarkdownImage, MarkdownLink } from './markdown-link.tsx'

type Tag = 'p' | 'ul' | 'ol' | 'li' | 'blockquote' | 'hr'
type CellTag = 'thead' | 'tbody' | 'tr' | 'td' | 'strong' | 'sub' | 'sup' | 'section'
type PlainProps = React.HTMLAttributes<HTMLElement> & ExtraProps

/** The bare element, without the parser's node. */
function plain(Name: Tag | CellTag) {
  return function Plain({ node: _, ...rest }: PlainProps) {
    return <Name {...rest} />
  }
}

/**
 * The conversation is the first level of the page's outline, a question the second. Models begin with
 * any level: the look keeps theirs, the outline gets two.
 */
function heading(Name: 'h3' | 'h4', level: number) {
  return function Heading({ node: _, ...rest }: PlainProps) {
    // Its mark has come, its words have not.
    if (!rest.children) return null
    return <Name data-level={level} {...rest} />
  }
}

const components: Components = {
  h1: heading('h3', 1),
  h2: heading('h3', 2),
  h3: heading('h3', 3),
  h4: heading('h4', 4),
  h5: heading('h4', 5),
  h6: heading('h4', 6),
  p: plain('p'),
  ul: plain('ul'),
  ol: plain('ol'),
  li: plain('li'),
  blockquote: plain('blockquote'),
  hr: plain('hr'),
  thead: plain('thead'),
  tbody: plain('tbody'),
  tr: plain('tr'),
  // The corner of a table is no heading.
  th({ node: _, children, ...rest }) {
    return children ? <th {...rest}>{children}</th> : <td />
  },
  td: plain('td'),
  strong: plain('strong'),
  sub: plain('sub'),
  sup: plain('sup'),
  section: plain('section'),
  a: ({ href, children }) => <MarkdownLink href={href}>{children}</MarkdownLink>,
  img: ({ src, alt }) => <MarkdownImage src={src} alt={alt} />,
  table: function Table({ node: _, ...rest }) {
    const { content } = useText()
    return (
      // Focusable, so that the keyboard can scroll a wide table.
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region needs it
      <section className="table-frame" aria-label={content.table} tabIndex={0}>
        <table {...rest} />
      </section>
    )
  },
  inlineCode({ node: _, ...rest }) {
    return <code {...rest} />
  },
  pre({ children }) {
    return <ParsedCode>{children}</ParsedCode>
  },
  code({ node: _, ...rest }) {
    return <code {...rest} />
  },
}

interface MarkdownBodyProps {
  text: string
  /** More may come: marks that are not closed yet are closed for the eye. */
  running: boolean
}

/** A link that is not whole is its text: it does not become one under the reader's finger. */
const unfinished = { linkMode: 'text-only' } as const

export default memo(function MarkdownBody({ text, running }: MarkdownBodyProps) {
  return (
    <Streamdown
      className="prose-part"
      components={components}
      controls={false}
      parseIncompleteMarkdown={running}
      remend={unfinished}
      rehypePlugins={rehypePlugins}
      linkSafety={{ enabled: false }}
    >
      {text}
    </Streamdown>
  )
})
