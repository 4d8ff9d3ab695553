/** What the package is made of is read from built files: what counts as an import in them, and what does not. */
import { expect, test } from 'vitest'
import { asBuilt, importsOf, packageOf, renameImports } from './module-graph.ts'
import { withoutContext } from './public-types.ts'

test('importsOf: every form of import, of values and of types', () => {
  const source = [
    `import 'side-effect'`,
    `import { a } from './a.js'`,
    `import {\n  b,\n  c,\n} from "./b.ts"`,
    `export * from './c.js'`,
    `export type { D } from './d.ts'`,
    `export const later = () => import('./e.js')`,
    `export declare const f: import("./f.ts").F`,
  ].join('\n')
  expect(importsOf(source).sort()).toEqual(
    ['./a.js', './b.ts', './c.js', './d.ts', './e.js', './f.ts', 'side-effect'].sort(),
  )
})

test('importsOf: neither words nor examples in comments', () => {
  const source = [
    `/**\n * import { a } from 'nowhere'\n * import('nowhere')\n */`,
    `// import 'nowhere'`,
    `export type Reason = 'from' | 'NOWHERE'`,
    `export const text = 'an import of goods'`,
    `export function from(text = "nowhere") { return text }`,
  ].join('\n')
  expect(importsOf(source)).toEqual([])
})

test('renameImports: names of sources become those of what is built, everything else stays', () => {
  const source = `import { ts } from './ts.ts'\nexport type T = import("./view.tsx").T\nimport 'left.ts'\n`
  expect(renameImports(source, asBuilt)).toBe(
    `import { ts } from './ts.js'\nexport type T = import("./view.js").T\nimport 'left.ts'\n`,
  )
})

test('packageOf: the package of a specifier', () => {
  expect(['zod', 'zod/v4', '@trpc/client', '@trpc/server/rpc', 'node:fs'].map(packageOf)).toEqual([
    'zod',
    'zod',
    '@trpc/client',
    '@trpc/server',
    null,
  ])
})

test('withoutContext: closes the router’s types, and stops where it does not', () => {
  const open = '{ ctx: import("./context.ts").RequestContext; meta: object }'
  expect(withoutContext(open)).toBe('{ ctx: object; meta: object }')
  expect(() => withoutContext('{ meta: object }')).toThrow('nothing replaced')
  expect(() => withoutContext(`${open}\nimport type { Role } from './context.ts'`)).toThrow('Role')
})
