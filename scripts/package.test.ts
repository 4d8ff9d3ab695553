/** package.json and its lock: what `npm ci` needs on a clean machine. */
import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { root } from './child.ts'

const versions = z.record(z.string(), z.string())
const manifest = z
  .object({ scripts: versions, dependencies: versions, devDependencies: versions })
  .parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')))
const lockText = readFileSync(join(root, 'package-lock.json'), 'utf8')
const lock = z
  .object({
    packages: z.record(
      z.string(),
      z
        .object({ version: z.string().optional(), optionalDependencies: versions.optional() })
        .loose(),
    ),
  })
  .parse(JSON.parse(lockText))

const wanted = { ...manifest.dependencies, ...manifest.devDependencies }

test('package: every version is exact', () => {
  const loose = Object.entries(wanted).filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))
  expect(loose).toEqual([])
})

test('package: the lock has these versions', () => {
  const locked = Object.keys(wanted).map((name) => [
    name,
    lock.packages[`node_modules/${name}`]?.version,
  ])
  expect(Object.fromEntries(locked)).toEqual(wanted)
})

test('package: the lock bears no address, so that any registry serves', () => {
  expect(lockText).not.toContain('"resolved"')
  const addresses = lockText.match(/https?:\/\/[^"]*registry[^"]*/g) ?? []
  expect(addresses).toEqual([])
})

test('package: the lock has the packages of every platform', () => {
  const missing = Object.entries(lock.packages).flatMap(([place, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter((name) => !findUpwards(place, name))
      .map((name) => `${name} of ${place}`),
  )
  expect(missing).toEqual([])
})

/** As Node resolves: beside the package's own folder, then further up. */
function findUpwards(place: string, name: string): boolean {
  const steps = place.split('/node_modules/')
  const places = steps.map((_, index) =>
    steps.slice(0, steps.length - index).join('/node_modules/'),
  )
  return [...places, ''].some(
    (it) => `${it === '' ? '' : `${it}/`}node_modules/${name}` in lock.packages,
  )
}

test('package: every file that a script names is there', () => {
  const named = Object.values(manifest.scripts).flatMap((it) => it.match(/[\w./-]+\.m?ts\b/g) ?? [])
  expect(named.filter((file) => !existsSync(join(root, file)))).toEqual([])
})

test('package: .ci/run runs the test line of the README', () => {
  const file = join(root, '.ci/run')
  const last = readFileSync(file, 'utf8').trimEnd().split('\n').at(-1)
  expect(last).toBe('npm ci && npm test')
  expect(statSync(file).mode & 0o111).toBe(0o111)
  expect(readFileSync(join(root, 'README.md'), 'utf8').split('\n')).toContain(last)
})
