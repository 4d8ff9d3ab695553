/**
 * Leaves in `package.json` the packages that the agent server and its commands import, and no others: the page's
 * are most of what is installed. Used by the Dockerfile, before `npm prune`; run by hand it changes the
 * `package.json` of the current folder.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { root } from './child.ts'

/** What is started without the page; the model's thread is opened by its URL. */
const entries = ['src/server/main.ts', 'src/cli/main.ts', 'src/server/model/thread/model-worker.ts']
const imported = /^(?:import|export) (?!type\b)(?:[^'"]*? from )?'([^']+)'|\bimport\('([^']+)'\)/gm

/** The packages that these import, by however many files, when they run. */
export function serverPackages(directory: string = root): string[] {
  const names = new Set<string>()
  const files = new Set(entries.map((entry) => join(directory, entry)))
  // A set gives what is added while it is gone through.
  for (const file of files) {
    if (!file.endsWith('.ts')) continue
    for (const [, from, lazily] of readFileSync(file, 'utf8').matchAll(imported)) {
      const specifier = from ?? lazily ?? ''
      if (specifier.startsWith('.')) files.add(join(dirname(file), specifier))
      else if (!isBuiltin(specifier)) names.add(packageOf(specifier))
    }
  }
  return [...names].sort()
}

function packageOf(specifier: string): string {
  const [first = '', second = ''] = specifier.split('/')
  return first.startsWith('@') ? `${first}/${second}` : first
}

const manifest = z.looseObject({ dependencies: z.record(z.string(), z.string()) })

if (import.meta.main) {
  const file = join(process.cwd(), 'package.json')
  const { overrides: _overrides, ...read } = manifest.parse(JSON.parse(readFileSync(file, 'utf8')))
  const kept = serverPackages(process.cwd()).map((name) => {
    const version = read.dependencies[name]
    if (version === undefined) throw new Error(`${name} is imported and not in package.json`)
    return [name, version] as const
  })
  writeFileSync(
    file,
    `${JSON.stringify({ ...read, dependencies: Object.fromEntries(kept) }, null, 2)}\n`,
  )
  console.log(`The server's packages: ${kept.map(([name]) => name).join(', ')}`)
}
