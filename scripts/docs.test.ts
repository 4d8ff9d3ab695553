/** The docs say what is: links, commands, files, settings and code in them are real. */
import { spawnSync } from 'node:child_process'
import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { root } from './child.ts'

const read = (file: string) => readFileSync(join(root, file), 'utf8')
const documents = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  ...globSync(['docs/**/*.md', 'examples/**/README.md'], {
    cwd: root,
    exclude: ['**/node_modules'],
  }).sort(),
]

/** A path in the checkout, as docs write it. */
const ours = /^(?:src|scripts|e2e|bench|chaos|docs|examples|integration|\.ci)\//

/** What people read, without the blocks of code. */
const proseOf = (text: string) => text.replace(/^```[\s\S]*?^```/gm, '')

test('docs: what everyone looks for is there', () => {
  const needed = ['README.md', 'CONTRIBUTING.md', 'LICENSE', 'docs/architecture.md', 'docs/spec.md']
  expect(needed.filter((file) => !existsSync(join(root, file)))).toEqual([])
})

test('docs: every rule of docs/spec.md is cited by a test', () => {
  const tests = globSync(
    ['{src,integration,e2e,scripts,chaos,fuzz}/**/*.{test,spec}.{ts,tsx}', 'src/**/contract/*.ts'],
    { cwd: root },
  )
  const cited = new Set(tests.flatMap((file) => read(file).match(/\b[A-Z]\d+\b/g) ?? []))
  const rules = [...read('docs/spec.md').matchAll(/^\| ([A-Z]\d+) \|/gm)].map((match) => match[1])
  expect(rules.length).toBeGreaterThan(200)
  expect(rules.filter((rule) => rule && !cited.has(rule))).toEqual([])
})

const { scripts } = z
  .object({ scripts: z.record(z.string(), z.string()) })
  .parse(JSON.parse(read('package.json')))

describe.each(documents.filter((file) => existsSync(join(root, file))))('docs: %s', (file) => {
  const text = read(file)

  test('every relative link leads somewhere', () => {
    const targets = [...proseOf(text).matchAll(/\]\(<?([^)\s>]+)>?(?:\s+"[^"]*")?\)/g)]
      .map((match) => match[1] ?? '')
      .filter((target) => !/^[a-z]+:/i.test(target))
    expect(targets.filter((target) => !leadsSomewhere(file, target))).toEqual([])
  })

  test('every npm script is there', () => {
    const named = [...text.matchAll(/\bnpm (?:run ([\w:-]+)|(start|test)\b)/g)]
    const names = named.map((match) => match[1] ?? match[2] ?? '')
    expect(names.filter((name) => !(name in scripts))).toEqual([])
  })

  test('every file of ours is there', () => {
    const code = [...text.matchAll(/^```[^\n]*\n([\s\S]*?)^```|`([^`\n]+)`/gm)]
    const named = code
      .flatMap((match) => (match[1] ?? match[2] ?? '').split(/[\s"'`]+/))
      .map((word) => word.replace(/[,.:;]+$/, ''))
      .filter((word) => ours.test(word) && !/[<…]|NNN/.test(word))
    expect(named.filter((path) => !isThere(path))).toEqual([])
  })
})

function isThere(path: string): boolean {
  if (existsSync(join(root, path))) return true
  return /[*{]/.test(path) && globSync(path, { cwd: root }).length > 0
}

/** A file, and where there is an anchor, a heading in it. */
function leadsSomewhere(from: string, target: string): boolean {
  const [path = '', anchor] = target.split('#')
  const file = path === '' ? from : relative(root, join(root, dirname(from), decodeURI(path)))
  if (!existsSync(join(root, file))) return false
  return anchor === undefined || !file.endsWith('.md') || anchorsOf(read(file)).includes(anchor)
}

/** As GitHub names the headings. */
function anchorsOf(text: string): string[] {
  return [...proseOf(text).matchAll(/^#+ (.*)$/gm)].map((match) =>
    (match[1] ?? '')
      .trim()
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-'),
  )
}

describe('docs: code', () => {
  const folder = join(root, '.tmp')
  mkdirSync(folder, { recursive: true })
  const checked = mkdtempSync(join(folder, 'docs-'))
  afterAll(() => rmSync(checked, { recursive: true, force: true }))

  test('every block of TypeScript fits the types', () => {
    const files = documents
      .filter((file) => existsSync(join(root, file)))
      .flatMap((file) => blocksOf(file))
    for (const { name, code } of files) writeFileSync(join(checked, name), code)
    if (files.length === 0) return
    writeFileSync(
      join(checked, 'tsconfig.json'),
      JSON.stringify({
        extends: '../../tsconfig.json',
        compilerOptions: {
          incremental: false,
          tsBuildInfoFile: null,
          plugins: [],
          paths: {
            'agent-websocket/client': ['../../src/client/index.ts'],
            'agent-websocket/client/react': ['../../src/client/react/index.ts'],
            'agent-websocket/client/file-storage': ['../../src/client/node/file-storage.ts'],
            'agent-websocket/server': ['../../src/server/index.ts'],
            'agent-websocket/testing': ['../../src/testing/index.ts'],
            'agent-websocket/testing/playwright': ['../../src/testing/playwright.ts'],
          },
        },
        include: [],
        files: files.map((it) => it.name),
      }),
    )
    const tsc = join(root, 'node_modules/typescript/bin/tsc')
    const run = spawnSync(process.execPath, [tsc, '-p', checked], {
      cwd: checked,
      encoding: 'utf8',
    })
    expect(run.stdout + run.stderr).toBe('')
    expect(run.status).toBe(0)
  })
})

/** Each block as a module, named after its document and line; padded so that the lines agree. */
function blocksOf(file: string): { name: string; code: string }[] {
  const text = read(file)
  return [...text.matchAll(/^```(tsx?|typescript)\b[^\n]*\n([\s\S]*?)^```/gm)].map((match) => {
    const [, language, code = ''] = match
    const line = text.slice(0, match.index).split('\n').length
    const extension = language === 'tsx' ? 'tsx' : 'ts'
    return {
      name: `${file.replaceAll('/', '-')}-${line}.${extension}`,
      code: `${'\n'.repeat(line)}${code}\nexport {}\n`,
    }
  })
}

describe('docs: .env.example', () => {
  const known = [...read('src/server/env.ts').matchAll(/^ {2}([A-Z][A-Z0-9_]+):/gm)].map(
    (it) => it[1],
  )
  const shown = [...read('.env.example').matchAll(/^#? ?([A-Z][A-Z0-9_]+)=/gm)].map((it) => it[1])

  test('names only settings that the server knows', () => {
    expect(known.length).toBeGreaterThan(30)
    expect(shown.filter((name) => !known.includes(name))).toEqual([])
  })

  test('names each of them once', () => {
    expect([...shown].sort()).toEqual([...known].sort())
  })

  test('shows the defaults that docs/operating.md tells, which has each of them once', () => {
    const text = read('docs/operating.md')
    const table = text.slice(text.indexOf('\n## Settings'), text.indexOf('\n## Health'))
    const told = [...table.matchAll(/^\| `([A-Z0-9_]+)` \| (none|`[^`]+`) \| .+ \|$/gm)]
    const example = [...read('.env.example').matchAll(/^#? ?([A-Z][A-Z0-9_]+)=(.*)$/gm)]
    const asTold = told.map(([, name, value]) => `${name}=${value?.replace(/^none$|`/g, '')}`)
    expect(asTold.sort()).toEqual(example.map(([, name, value]) => `${name}=${value}`).sort())
  })
})
