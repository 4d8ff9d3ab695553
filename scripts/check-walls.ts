/**
 * The walls between the folders, where Biome's `noRestrictedImports` cannot see: imports that must be of
 * types alone, `import('…')` in a type, a computed import, a way out of `src`, and a comment that silences
 * the rule. Everything else about the walls is in `biome.json`. Run by `npm run lint`; proved by
 * `walls.test.ts`.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'

/** One import that crosses a wall. */
export interface Breach {
  /** From the root, with forward slashes. */
  file: string
  line: number
  message: string
}

/** A folder that may import types alone from somewhere. */
interface TypesOnly {
  folder: string
  from: (target: string) => boolean
  message: string
}

const typesOnly: TypesOnly[] = [
  {
    folder: 'src/client/',
    // tRPC's observables are what links are made of, in browsers too.
    from: (target) =>
      target.startsWith('src/server/') ||
      (target.startsWith('@trpc/server') && target !== '@trpc/server/observable'),
    message: 'src/client may import only types of the server: write `import type { AppRouter }`',
  },
  {
    folder: 'src/app/',
    from: (target) => target.startsWith('src/core/'),
    message: 'src/app may import only types of the core: write `import type`',
  },
]

const walled = ['src/core', 'src/server', 'src/client', 'src/app', 'e2e', 'examples']
const isSource = /\.(?:ts|tsx|mts|js|jsx|mjs)$/
/** Tests and their helpers may reach further. */
const isExempt = /(?:\.test\.tsx?$|\/testing\/)/

const importStatement = /^[ \t]*(?:import|export)\b([^'"`;()]*?)(?:\bfrom\s*)?['"]([^'"\n]+)['"]/gm
const typeImport =
  /\btypeof\s+import\s*\(|\bimport\s*\(\s*['"][^'"]*['"]\s*\)\s*\.\s*(?!then\b|catch\b|finally\b)/g
const computedImport = /\bimport\s*\(\s*(?!['"])/g
const silenced =
  /biome-ignore(?:-all|-start)?\s+(?:lint(?:\/style(?:\/noRestrictedImports)?)?)\s*:/g

/** Every breach in the tree at `root`, in the order of files and lines. */
export function findBreaches(root: string): Breach[] {
  return walled
    .flatMap((folder) => filesIn(join(root, folder)))
    .flatMap((file) => {
      const name = relative(root, file).split(sep).join('/')
      if (!isSource.test(name) || isExempt.test(name)) return []
      return breachesOf(name, readFileSync(file, 'utf8'))
    })
}

function breachesOf(file: string, source: string): Breach[] {
  const breaches: Breach[] = []
  const report = (index: number, message: string) =>
    breaches.push({ file, line: source.slice(0, index).split('\n').length, message })

  for (const match of source.matchAll(importStatement)) {
    const [, clause = '', specifier = ''] = match
    const target = targetOf(file, specifier)
    const rule = typesOnly.find((it) => file.startsWith(it.folder) && it.from(target))
    if (rule && !/^\s*type\b/.test(clause)) report(match.index, rule.message)
    if (file.startsWith('src/') && leavesSource(specifier, target)) {
      report(match.index, `src may import nothing outside of src: ${specifier}`)
    }
  }
  for (const match of source.matchAll(typeImport)) {
    report(match.index, 'write `import type` at the top, where the walls are checked')
  }
  for (const match of source.matchAll(computedImport)) {
    report(match.index, 'a computed import hides what it imports: write the path as a string')
  }
  for (const match of source.matchAll(silenced)) {
    report(match.index, 'the walls may not be silenced')
  }
  return breaches.sort((a, b) => a.line - b.line)
}

/** What is imported: a path from the root for a relative specifier, else the specifier. */
function targetOf(file: string, specifier: string): string {
  if (!specifier.startsWith('.')) return specifier
  return resolve('/', dirname(file), specifier).slice(1).split(sep).join('/')
}

function leavesSource(specifier: string, target: string): boolean {
  return specifier.startsWith('.') && !target.startsWith('src/') && target !== 'package.json'
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}

if (import.meta.main) {
  const breaches = findBreaches(resolve(import.meta.dirname, '..'))
  for (const { file, line, message } of breaches) console.error(`${file}:${line}: ${message}`)
  console.log(
    breaches.length === 0 ? 'Walls: none is crossed.' : `Walls: ${breaches.length} crossed.`,
  )
  process.exitCode = breaches.length === 0 ? 0 : 1
}
