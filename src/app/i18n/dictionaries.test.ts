/** That every language says all of it: nothing empty, and functions that use what they are given. */
import { expect, test } from 'vitest'
import { languageName, languages, loadDictionary } from './languages.ts'
import { plurals } from './plurals.ts'

/** All leaves of a dictionary: `composer.send`, `empty.examples.0`. */
function leaves(value: unknown, path: string): [string, unknown][] {
  if (typeof value !== 'object' || value === null) return [[path, value]]
  return Object.entries(value).flatMap(([key, inner]) =>
    leaves(inner, path === '' ? key : `${path}.${key}`),
  )
}

test.each(languages)('P6 %s says everything', async (language) => {
  expect(languageName(language)).not.toBe('')
  const english = leaves(await loadDictionary('en'), '')
  const own = leaves(await loadDictionary(language), '')
  expect(own.map(([path]) => path)).toEqual(english.map(([path]) => path))
  for (const [path, value] of own) {
    const said = typeof value === 'function' ? value(3, 7) : value
    expect(said, path).toEqual(expect.stringMatching(/\p{L}/u))
    if (typeof value === 'function') expect(said, path).toMatch(/3/)
  }
})

test('a plural goes by the rules of its language', () => {
  const polish = plurals('pl')
  const forms = { one: 'plik', few: 'pliki', many: 'plików', other: 'pliku' }
  expect([1, 2, 5, 22].map((count) => polish(count, forms))).toEqual([
    'plik',
    'pliki',
    'plików',
    'pliki',
  ])
  expect(plurals('en')(0, { one: 'file', other: 'files' })).toBe('files')
})
