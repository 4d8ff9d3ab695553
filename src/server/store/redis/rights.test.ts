import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { aclRules } from './rights.ts'

const folder = import.meta.dirname
const read = (file: string) => readFileSync(join(folder, file), 'utf8')
const found = (files: string[], pattern: RegExp) =>
  files.flatMap((file) =>
    [...read(file).matchAll(pattern)].map(([, name = '']) => name.toLowerCase()),
  )

test('S27: the rules allow what the store calls, and nothing else', () => {
  const lua = found(globSync('lua/*.lua', { cwd: folder }), /redis\.p?call\('([A-Za-z]+)'/g)
  const sources = globSync('*.ts', { cwd: folder }).filter((file) => !file.endsWith('.test.ts'))
  const ofClient = /\b(?:client|node|subscriber)\s*\.([a-z]+)\(/g
  const own = new Set(['on', 'off', 'once', 'disconnect', 'connect', 'nodes'])
  const typescript = found(sources, ofClient).filter((name) => !own.has(name))
  expect(lua.length).toBeGreaterThan(50)
  // The rates are a library's, with a script of its own.
  const ofRates = ['set', 'incrby', 'pttl', 'expire', 'eval', 'evalsha']
  const needed = new Set([...lua, ...typescript, ...ofRates])
  const allowed = aclRules('aw').filter((rule) => rule.startsWith('+') && !rule.includes('|'))
  expect(allowed.map((rule) => rule.slice(1)).sort()).toEqual([...needed].sort())
})

test('S27: docs/operating.md has these rules', () => {
  const docs = readFileSync(join(folder, '../../../../docs/operating.md'), 'utf8')
  const rules = /ACL SETUSER agent ([^`]*)```/.exec(docs)?.[1] ?? ''
  const words = rules.replaceAll('\\\n', ' ').split(/\s+/).filter(Boolean)
  expect(words).toEqual(['on', "'>password'", ...aclRules('aw').map(quoted)])
})

/** As a shell needs it. */
function quoted(rule: string): string {
  return /^[~&]/.test(rule) || rule.includes('|') ? `'${rule}'` : rule
}
