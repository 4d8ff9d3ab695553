/** What the lock lets into an installation: which packages may run scripts, and none with a known hole. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { root } from './child.ts'

const entry = z
  .object({ version: z.string().optional(), hasInstallScript: z.boolean().optional() })
  .extend({ dev: z.boolean().optional() })
const lock = z
  .object({ packages: z.record(z.string(), entry) })
  .parse(JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')))
const manifest = z
  .object({ allowScripts: z.record(z.string(), z.literal(true)) })
  .parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')))

interface Copy {
  name: string
  place: string
  version: string
  runsScripts: boolean
}

const copies: Copy[] = Object.entries(lock.packages)
  .filter(([place]) => place !== '')
  .map(([place, { version = '', hasInstallScript = false }]) => ({
    name: place.split('node_modules/').at(-1) ?? place,
    place,
    version,
    runsScripts: hasInstallScript,
  }))

/**
 * Packages whose install script does not run, and need not: npm runs those of `allowScripts` alone. A new
 * name here is to be looked at: what does its script do, and does it work without?
 */
const worksWithout = new Set<string>()

/**
 * Copies that tools of ours bring along, with the reason why the hole does not matter there. Better is an
 * override: take the line away when there is one.
 */
const elsewhere: Record<string, string> = {
  'node_modules/lighthouse/node_modules/ws':
    'a client, of the Chromium that lighthouse itself started; never part of the product',
}

/** The first version without the hole. Beside it: what the hole is. */
const leastVersions: Record<string, string> = {
  // Requests that pass the proxy by, and with it the page's policy.
  next: '16.4.1',
  // A flood of pings or fragments brings the process down.
  ws: '8.23.0',
  // A context that throws makes clients reconnect without a pause; batches have no bound.
  '@trpc/server': '11.25.2',
}

test('K5: an install script runs only where it is on the list', () => {
  const running = copies.filter(({ runsScripts }) => runsScripts).map(({ name }) => name)
  const listed = new Set([...Object.keys(manifest.allowScripts), ...worksWithout])
  expect(running.filter((name) => !listed.has(name))).toEqual([])
  expect([...worksWithout].filter((name) => !running.includes(name))).toEqual([])
  expect(Object.keys(manifest.allowScripts)).toEqual(['node'])
})

test.each(Object.entries(leastVersions))('K5: every copy of %s is at least %s', (name, least) => {
  const found = copies.filter((copy) => copy.name === name)
  expect(found.length).toBeGreaterThan(0)
  const holed = found.filter(
    ({ place, version }) => compare(version, least) < 0 && !(place in elsewhere),
  )
  expect(holed.map(({ place, version }) => `${place} ${version}`)).toEqual([])
})

test('K5: what may be older is a tool of development, and is still there', () => {
  const places = Object.keys(elsewhere)
  expect(places.filter((place) => lock.packages[place]?.dev !== true)).toEqual([])
})

test('versions are compared as numbers, and what comes before a release is below it', () => {
  expect(compare('16.10.0', '16.4.1')).toBeGreaterThan(0)
  expect(compare('8.9.9', '8.23.0')).toBeLessThan(0)
  expect(compare('16.4.1', '16.4.1')).toBe(0)
  expect(compare('16.4.1-canary.3', '16.4.1')).toBeLessThan(0)
})

function compare(a: string, b: string): number {
  const [left = '', before] = a.split('-', 2)
  const parts = b.split('.').map(Number)
  for (const [place, part] of left.split('.').map(Number).entries()) {
    const difference = part - (parts[place] ?? 0)
    if (difference !== 0) return difference
  }
  return before === undefined ? 0 : -1
}
