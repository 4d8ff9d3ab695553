/** What is in the package: its files, its declarations, its package.json; publint and attw say so too. */
import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import {
  importsOf,
  packageOf,
  type Reach,
  reachFrom,
  toDeclarations,
  toScript,
} from '../scripts/package/module-graph.ts'
import { ofServer, parts } from '../scripts/package/public-parts.ts'
import { root } from './harness/child.ts'
import { type Packed, packPackage, run } from './harness/consumer.ts'
import { openTempFolder } from './harness/temp-folder.ts'

const opened = new AsyncDisposableStack()
let packed: Packed

beforeAll(async () => {
  packed = await packPackage(opened.use(await openTempFolder()).path)
}, 120_000)
afterAll(() => opened.disposeAsync())

describe('Z2: what is shipped', () => {
  const reachOf = (subpath: string, kind: 'scripts' | 'types'): Reach => {
    const target = z
      .object({ types: z.string(), default: z.string() })
      .parse(packed.manifest.exports[subpath])
    return kind === 'scripts'
      ? reachFrom([join(packed.folder, target.default)], toScript)
      : reachFrom([join(packed.folder, target.types)], toDeclarations)
  }
  const namesOf = ({ files }: Reach) => [...files].map((file) => relative(packed.folder, file))

  test.each(['./client', './client/react'])(
    '%s runs in browsers: it imports nothing of Node',
    (subpath) => {
      const { specifiers } = reachOf(subpath, 'scripts')
      const ofClient = ['@trpc/client', '@trpc/server', 'eventsource-parser', 'zod']
      const ofHooks = ['react', '@tanstack/react-query']
      const allowed = new Set(subpath === './client' ? ofClient : [...ofClient, ...ofHooks])
      expect(specifiers.size).toBeGreaterThan(1)
      expect([...specifiers].filter((it) => !allowed.has(packageOf(it) ?? it))).toEqual([])
    },
  )

  test.each(parts.filter(({ subpath }) => !subpath.startsWith('./testing')))(
    'the declarations of $subpath name nothing of the server but its router, and no ws',
    ({ subpath }) => {
      const reach = reachOf(subpath, 'types')
      const ofServer = namesOf(reach).filter((name) => name.startsWith('lib/server/'))
      const known = [
        'lib/server/index.d.ts',
        'lib/server/trpc/replies.d.ts',
        'lib/server/trpc/router.d.ts',
      ]
      expect(ofServer.filter((name) => !known.includes(name))).toEqual([])
      const allowed = [
        '@trpc/client',
        '@trpc/server',
        'zod',
        'react',
        'react/jsx-runtime',
        '@tanstack/react-query',
      ]
      const foreign = [...reach.specifiers].filter(
        (it) => !allowed.includes(it) && !it.startsWith('@trpc/server/'),
      )
      expect(foreign).toEqual([])
      const internal =
        /\b(?:RequestContext|SqliteStore|RedisStore|StorePort|node:|IncomingMessage|ServerResponse)\b|from ['"]ws['"]/
      const named = [...reach.files].filter((file) => internal.test(readFileSync(file, 'utf8')))
      expect(named).toEqual([])
    },
  )

  test('nothing of the page and of our own tests is in it, and no path of this machine', async () => {
    const list = (await run('tar', ['-tzf', packed.tarball], root)).split('\n')
    expect(
      list.filter(
        (name) =>
          /lib\/app\/|\.test\.|\/(?:integration|e2e|scripts)\/|\.tsx?$/.test(name) &&
          !name.endsWith('.d.ts'),
      ),
    ).toEqual([])
    expect(list).toEqual(
      expect.arrayContaining(['package/README.md', 'package/LICENSE', 'package/docs/client.md']),
    )
    const files = list.filter((name) => /\.(?:js|map|json)$/.test(name))
    expect(files.length).toBeGreaterThan(20)
    for (const name of files) {
      const text = await readFile(join(packed.folder, name.replace('package/', '')), 'utf8')
      expect(text.includes(root), name).toBe(false)
    }
  })

  test('every link of its pages leads to a page of it', async () => {
    const list = (await run('tar', ['-tzf', packed.tarball], root)).split('\n')
    const pages = list.filter((name) => name.endsWith('.md'))
    expect(pages.length).toBeGreaterThan(6)
    for (const page of pages) {
      const text = await readFile(join(packed.folder, page.replace('package/', '')), 'utf8')
      const targets = [...text.matchAll(/\]\(([^)\s#]+)[^)]*\)/g)].map(([, target = '']) => target)
      const ours = targets.filter((target) => !/^[a-z]+:/.test(target))
      expect(
        ours.filter((target) => !list.includes(join(dirname(page), target))),
        page,
      ).toEqual([])
    }
  })

  test('every import between its files leads to a file of it', () => {
    for (const { subpath } of parts) {
      for (const kind of ['scripts', 'types'] as const) {
        const { files } = reachOf(subpath, kind)
        for (const file of files) {
          const ours = importsOf(readFileSync(file, 'utf8')).filter((it) => it.startsWith('.'))
          expect(
            ours.filter((it) => !it.endsWith('.js') && !it.endsWith('.json')),
            file,
          ).toEqual([])
        }
      }
    }
  })

  test('peers are what an app has once; react and its like are asked of those who use the hooks', () => {
    const { peerDependencies, peerDependenciesMeta, dependencies } = packed.manifest
    expect(Object.keys(peerDependencies).sort()).toEqual(
      expect.arrayContaining(['@tanstack/react-query', '@trpc/client', '@trpc/server', 'react']),
    )
    expect(peerDependenciesMeta).toMatchObject({
      react: { optional: true },
      '@tanstack/react-query': { optional: true },
    })
    expect(Object.keys(dependencies)).not.toContain('next')
    expect(peerDependenciesMeta).toMatchObject({ '@playwright/test': { optional: true } })
    // What runs a server may be left out, and nothing else has to be there for who talks to one.
    expect(Object.keys(dependencies).sort()).toEqual(['commander', 'eventsource-parser', 'zod'])
    expect(Object.keys(packed.manifest.optionalDependencies).sort()).toEqual([...ofServer].sort())
    expect(packed.manifest).not.toHaveProperty('private')
    expect(packed.manifest).not.toHaveProperty('devDependencies')
  })
})

test('Z3: publint has nothing to say', async () => {
  const { messages, pkg } = await publint({ pkgDir: packed.folder, strict: true, pack: false })
  expect(messages.map((message) => formatMessage(message, pkg))).toEqual([])
})

test('Z3: are the types wrong? They are not', async () => {
  const require = createRequire(import.meta.url)
  const cli = require.resolve('@arethetypeswrong/cli/package.json')
  const attw = join(dirname(cli), 'dist/index.js')
  const output = await run(
    process.execPath,
    [attw, packed.tarball, '--profile', 'esm-only', '--no-color', '--no-emoji'],
    root,
  )
  // It fails where anything is wrong.
  for (const { subpath } of parts) expect(output).toContain(subpath.replace('.', 'agent-websocket'))
})
