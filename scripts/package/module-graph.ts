/**
 * Which built files a file leads to, and which packages: what is shipped, and what is declared as a
 * dependency, is what the public parts reach. Reads JavaScript and declarations as `tsc` writes them.
 */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** All that is reached from some files. */
export interface Reach {
  /** Absolute paths. */
  files: ReadonlySet<string>
  /** `react/jsx-runtime`, `node:fs`: whatever is imported by name. */
  specifiers: ReadonlySet<string>
}

/** A bare `import "fmt"` is Go, in an answer of the simulator: ours have single quotes. */
const statement =
  /^[ \t]*(?:import\s*(?=')|(?:import|export)\b[^'"`;()=]*?\bfrom\s*)['"]([^'"\n]+)['"]/gm
const call = /\bimport\s*\(\s*['"]([^'"\n]+)['"]/g

/** What a file imports, as it is written there: of values, and in declarations of types. */
export function importsOf(source: string): string[] {
  const code = withoutComments(source)
  return [statement, call].flatMap((pattern) =>
    [...code.matchAll(pattern)].flatMap((match) => match[1] ?? []),
  )
}

/** Replaces what is imported, where `tsc` left the name of a source. */
export function renameImports(source: string, rename: (specifier: string) => string): string {
  const inFull = (match: string, specifier: string) =>
    match.slice(0, match.lastIndexOf(specifier)) +
    rename(specifier) +
    match.slice(match.lastIndexOf(specifier) + specifier.length)
  return source.replaceAll(statement, inFull).replaceAll(call, inFull)
}

/** `resolve` gives the file of a relative import: its script, or its declarations. */
export function reachFrom(
  entries: readonly string[],
  resolve: (from: string, specifier: string) => string,
): Reach {
  const files = new Set<string>()
  const specifiers = new Set<string>()
  const left = [...entries]
  for (let file = left.pop(); file !== undefined; file = left.pop()) {
    if (files.has(file)) continue
    if (!existsSync(file)) throw new Error(`${file} is imported and was not built`)
    files.add(file)
    if (!/\.(?:js|d\.ts)$/.test(file)) continue
    for (const specifier of importsOf(readFileSync(file, 'utf8'))) {
      if (specifier.startsWith('.')) left.push(resolve(file, specifier))
      else specifiers.add(specifier)
    }
  }
  return { files, specifiers }
}

/** A script, from the names that scripts import. */
export const toScript = (from: string, specifier: string): string =>
  join(dirname(from), asBuilt(specifier))

/** Its declarations. */
export const toDeclarations = (from: string, specifier: string): string =>
  toScript(from, specifier).replace(/\.js$/, '.d.ts')

/** `./client.ts` as it is called once it is built: `./client.js`. */
export const asBuilt = (specifier: string): string =>
  specifier.startsWith('.') ? specifier.replace(/\.tsx?$/, '.js') : specifier

/** `@trpc/client` of `@trpc/client/links`; null for what Node itself has. */
export function packageOf(specifier: string): string | null {
  if (specifier.startsWith('node:')) return null
  const [scope = '', name] = specifier.split('/')
  return scope.startsWith('@') && name !== undefined ? `${scope}/${name}` : scope
}

/** Block comments and whole lines of comment: examples in them import nothing. */
function withoutComments(source: string): string {
  return source.replaceAll(/^[ \t]*\/\*[\s\S]*?\*\//gm, '').replaceAll(/^[ \t]*\/\/.*$/gm, '')
}
