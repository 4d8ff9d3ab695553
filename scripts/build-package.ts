/**
 * `npm run build:package`: builds what other programs install, into `dist/`, with a package.json of its
 * own. `npm pack ./dist` makes the tarball. With an argument it builds into that folder instead.
 *
 * Shipped is what the public parts reach, and nothing else: scripts over the imports of scripts,
 * declarations over those of declarations.
 */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { root } from './child.ts'
import { compile } from './package/compile.ts'
import { packageManifest } from './package/manifest.ts'
import {
  asBuilt,
  reachFrom,
  renameImports,
  toDeclarations,
  toScript,
} from './package/module-graph.ts'
import { commands, parts, readFolders, startedFiles } from './package/public-parts.ts'
import { withoutContext } from './package/public-types.ts'

const routerTypes = 'src/server/trpc/router.d.ts'

/** Replaces `into` by the package. */
async function buildPackage(into: string): Promise<void> {
  mkdirSync(join(root, '.tmp'), { recursive: true })
  const work = mkdtempSync(join(root, '.tmp/package-'))
  try {
    const compiled = join(work, 'compiled')
    const entries = parts.map(({ source }) => source)
    const run = [...Object.values(commands), ...startedFiles]
    await compile([...entries, ...run], compiled)
    const router = join(compiled, routerTypes)
    writeFileSync(router, withoutContext(readFileSync(router, 'utf8')))

    const placeOf = (source: string, extension: '.js' | '.d.ts') =>
      join(compiled, source.replace(/\.tsx?$/, extension))
    const scripts = reachFrom(
      [...entries, ...run].map((source) => placeOf(source, '.js')),
      toScript,
    )
    const types = reachFrom(
      entries.map((source) => placeOf(source, '.d.ts')),
      toDeclarations,
    )
    const built = join(work, 'built')
    for (const file of new Set([...scripts.files, ...types.files])) {
      const name = relative(compiled, file)
      if (name !== 'package.json') ship(file, join(built, builtPlace(name)))
    }
    for (const folder of readFolders) {
      cpSync(join(root, folder), join(built, builtPlace(folder)), { recursive: true })
    }
    const manifest = packageManifest(new Set([...scripts.specifiers, ...types.specifiers]))
    writeFileSync(join(built, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`)
    shipDocs(built)
    rmSync(into, { recursive: true, force: true })
    cpSync(built, into, { recursive: true })
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

const builtPlace = (name: string) => name.replace(/^src\//, 'lib/')

/** Copies a built file and its map; names of sources in it become those of what was built. */
function ship(file: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true })
  if (!/\.(?:js|d\.ts)$/.test(file)) {
    cpSync(file, to)
    return
  }
  writeFileSync(to, renameImports(readFileSync(file, 'utf8'), asBuilt))
  if (!file.endsWith('.js')) return
  const map: { sources: string[] } = JSON.parse(readFileSync(`${file}.map`, 'utf8'))
  // The source is in the map; where it was is nobody's business.
  const sources = map.sources.map((source) => basename(source))
  writeFileSync(`${to}.map`, JSON.stringify({ ...map, sources }))
}

/** Pages for who has the package and not the repository. */
const shippedPages = [
  'quick-start.md',
  'client.md',
  'react.md',
  'http.md',
  'notify.md',
  'plain-websocket.md',
  'signing-in.md',
  'cli.md',
  'testing.md',
]

/** The quick start is what a package's page shows; the other pages are beside it. */
function shipDocs(folder: string): void {
  cpSync(join(root, 'LICENSE'), join(folder, 'LICENSE'))
  mkdirSync(join(folder, 'docs'))
  for (const page of shippedPages) {
    const text = withShippedLinks(readFileSync(join(root, 'docs', page), 'utf8'))
    writeFileSync(join(folder, 'docs', page), text)
    if (page !== 'quick-start.md') continue
    writeFileSync(join(folder, 'README.md'), text.replaceAll(/\]\((?=[\w-]+\.md)/g, '](docs/'))
  }
}

/** What is not shipped is named, and not linked. */
function withShippedLinks(text: string): string {
  return text.replaceAll(/\[([^\]\n]+)\]\(([^)\s]+)\)/g, (link, name: string, target: string) => {
    const [page = ''] = target.split('#')
    const isThere = page === '' || /^[a-z]+:/.test(page) || shippedPages.includes(page)
    return isThere ? link : name
  })
}

const [folder = 'dist'] = process.argv.slice(2)
try {
  const into = resolve(folder)
  await buildPackage(into)
  const shown = relative(process.cwd(), into) || into
  console.log(`The package is in ${shown}. Next: npm pack ./${shown}`)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
