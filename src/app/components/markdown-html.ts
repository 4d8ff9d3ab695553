/**
 * HTML in an answer is text that one reads, never markup: the parser of HTML is left out, and what it
 * would have got stays as it was written. Of what models write, line breaks are kept and comments go.
 * Used by `markdown-body.tsx`.
 */
import { defaultRehypePlugins, type StreamdownProps } from 'streamdown'

interface TreeNode {
  type: string
  tagName?: string
  value?: string
  children?: TreeNode[]
}

const lineBreak = /^<br\s{0,9}\/?>$/i
const comment = /^<!--[\s\S]*-->$/
const code: ReadonlySet<string | undefined> = new Set(['code', 'pre'])

function keepLineBreaks() {
  const walk = (node: TreeNode): void => {
    if (!node.children || code.has(node.tagName)) return
    node.children = node.children.flatMap((child) => {
      const value = child.type === 'text' ? child.value?.trim() : undefined
      if (value !== undefined && lineBreak.test(value)) {
        return { type: 'element', tagName: 'br', properties: {}, children: [] }
      }
      if (value !== undefined && comment.test(value)) return []
      walk(child)
      return child
    })
  }
  return walk
}

/** Sanitizing comes last, for what no rule above has thought of. */
export const rehypePlugins: NonNullable<StreamdownProps['rehypePlugins']> = [
  keepLineBreaks,
  ...(defaultRehypePlugins.sanitize ? [defaultRehypePlugins.sanitize] : []),
]
