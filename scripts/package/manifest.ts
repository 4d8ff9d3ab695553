/**
 * The package.json of the package. The repository's own one is that of the whole product, page and tools
 * included; who installs the client is spared these. Versions are the same. Used by `build-package.ts`.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { root } from '../child.ts'
import { packageOf } from './module-graph.ts'
import { commands, engines, ofServer, parts, peers } from './public-parts.ts'

const versions = z.record(z.string(), z.string())
const repository = z.object({
  name: z.string(),
  version: z.string(),
  description: z.string(),
  license: z.string(),
  dependencies: versions,
  devDependencies: versions,
})

/** Where a source stands in the package. */
const builtFile = (source: string, extension: '.js' | '.d.ts'): string =>
  `lib/${source.replace(/^src\//, '').replace(/\.tsx?$/, extension)}`

/** `specifiers`: what the shipped files import by name. */
export function packageManifest(specifiers: Iterable<string>) {
  const { dependencies, devDependencies, ...about } = repository.parse(
    JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')),
  )
  const installed: Record<string, string> = { ...devDependencies, ...dependencies }
  const needed = [...new Set([...specifiers].flatMap((it) => packageOf(it) ?? []))].sort()
  const rangeOf = (name: string): [string, string] => {
    const version = installed[name]
    if (version === undefined) throw new Error(`${name} is imported and is not in package.json`)
    return [name, peers[name]?.range ?? `^${version}`]
  }
  const own = needed.filter((name) => !(name in peers))
  const optional = needed.filter((name) => peers[name]?.optional)
  return {
    ...about,
    type: 'module',
    sideEffects: false,
    engines,
    exports: {
      ...Object.fromEntries(
        parts.map(({ subpath, source }) => [
          subpath,
          { types: `./${builtFile(source, '.d.ts')}`, default: `./${builtFile(source, '.js')}` },
        ]),
      ),
      './package.json': './package.json',
    },
    ...(Object.keys(commands).length > 0 && {
      bin: Object.fromEntries(
        Object.entries(commands).map(([name, source]) => [name, builtFile(source, '.js')]),
      ),
    }),
    dependencies: Object.fromEntries(own.filter((name) => !ofServer.includes(name)).map(rangeOf)),
    optionalDependencies: Object.fromEntries(
      own.filter((name) => ofServer.includes(name)).map(rangeOf),
    ),
    peerDependencies: Object.fromEntries(needed.filter((name) => name in peers).map(rangeOf)),
    peerDependenciesMeta: Object.fromEntries(optional.map((name) => [name, { optional: true }])),
  }
}
