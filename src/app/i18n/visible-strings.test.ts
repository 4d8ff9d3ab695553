/**
 * That what the page says comes from the dictionaries: no component has a text, an accessible name or a
 * sentence of its own. Code (`<code>`, `<pre>`), class names and errors for programmers are no language.
 */
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parseAst } from 'vitest/node'

const app = join(import.meta.dirname, '..')
const sources = globSync('**/*.{ts,tsx}', { cwd: app }).filter(
  (file) => !file.startsWith('i18n/') && !file.startsWith('api/') && !file.includes('.test.'),
)

/** Attributes that a person sees or hears. */
const spoken =
  /^(?:aria-(?:label|description|placeholder|roledescription|valuetext)|label|title|alt|placeholder|text|button|heading|description)$/
/** Attributes and calls that hold words for the machine. */
const mechanical = /^(?:className|clsx|class|d|viewBox|style)$/
const hasWord = /\p{L}{2}/u
/** Two words or more that begin as a sentence, or any that end as one. */
const sentence = /^\p{Lu}\p{L}*[,:]? \p{L}|\p{L}[.…?!]$/u

interface Node {
  type: string
  start: number
  [key: string]: unknown
}

/** What a source says that no dictionary knows, with its line. */
function ownWords(file: string, code: string): string[] {
  const found: string[] = []
  const say = (node: Node, words: string) => {
    const line = code.slice(0, node.start).split('\n').length
    found.push(`${file}:${line}: ${words.trim().replace(/\s+/g, ' ')}`)
  }
  const visit = (node: Node, shown: boolean): void => {
    switch (node.type) {
      case 'ImportDeclaration':
      case 'ExportAllDeclaration':
      case 'ThrowStatement':
      case 'TSLiteralType':
        return
      case 'JSXElement':
        if (/^(?:code|pre|kbd|style|script)$/.test(nameOf(child(node, 'openingElement')))) return
        break
      case 'JSXText':
        if (hasWord.test(String(node.value))) say(node, String(node.value))
        return
      case 'JSXAttribute': {
        const name = nameOf(node)
        if (mechanical.test(name)) return
        return visitAll(child(node, 'value'), spoken.test(name))
      }
      case 'CallExpression':
        if (mechanical.test(String(child(node, 'callee')?.name))) return
        // What is passed to a function is not what is shown.
        return inside(node, false)
      // What is compared is not shown.
      case 'BinaryExpression':
      case 'SwitchCase':
      case 'MemberExpression':
        return inside(node, false)
      case 'ConditionalExpression':
        visitAll(child(node, 'test'), false)
        visitAll(child(node, 'consequent'), shown)
        return visitAll(child(node, 'alternate'), shown)
      case 'Literal': {
        const { value } = node
        if (typeof value !== 'string' || !hasWord.test(value)) return
        if (shown || sentence.test(value)) say(node, value)
        return
      }
      case 'TemplateElement': {
        const { cooked } = node.value as { cooked: string }
        if (hasWord.test(cooked) && (shown || sentence.test(cooked))) say(node, cooked)
        return
      }
    }
    inside(node, shown)
  }
  const inside = (node: Node, shown: boolean): void => {
    const isText = node.type === 'JSXElement' || node.type === 'JSXFragment'
    for (const [key, value] of Object.entries(node)) {
      // The children of an element are seen, its attributes by their names.
      visitAll(value, isText ? key === 'children' : shown)
    }
  }
  const visitAll = (value: unknown, shown: boolean): void => {
    if (Array.isArray(value)) for (const one of value) visitAll(one, shown)
    else if (isNode(value)) visit(value, shown)
  }
  visitAll(parseAst(code, { lang: 'tsx' }), false)
  return found
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value
}

function child(node: Node | undefined, key: string): Node | undefined {
  const value = node?.[key]
  return isNode(value) ? value : undefined
}

function nameOf(node: Node | undefined): string {
  return String(child(node, 'name')?.name ?? '')
}

test('P6 every sentence, label and text of the page comes from a dictionary', () => {
  expect(sources.length).toBeGreaterThan(50)
  const found = sources.flatMap((file) => ownWords(file, readFileSync(join(app, file), 'utf8')))
  expect(found).toEqual([])
})

test('the search finds what a component says by itself', () => {
  const code = `
    const note = 'That did not work.'
    export const A = ({ copied, x }) => (
      <p className="Some Thing" aria-label="Connection" title={\`Chat \${x}\`}>
        Hello there {copied ? 'Copied' : ''} {x === 'Word' && <b label={x ? 'Yes' : x} />}
        <code>NAME</code> {x.map((y) => <i key="Key">{y}</i>)}
      </p>
    )`
  expect(ownWords('a.tsx', code)).toEqual([
    'a.tsx:2: That did not work.',
    'a.tsx:4: Connection',
    'a.tsx:4: Chat',
    'a.tsx:4: Hello there',
    'a.tsx:5: Copied',
    'a.tsx:5: Yes',
  ])
})
