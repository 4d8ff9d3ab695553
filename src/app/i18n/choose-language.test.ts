/** Which language a browser gets, by what it asks for. */
import { describe, expect, test } from 'vitest'
import { acceptedLanguages } from './accept-language.ts'
import { languageFor } from './choose-language.ts'

describe('P7 the language of the system', () => {
  test.each([
    ['de-AT,de;q=0.9,en;q=0.8', 'de'],
    ['en-GB', 'en'],
    ['fr-FR,fr;q=0.9,de;q=0.5,en;q=0.4', 'de'],
    ['en;q=0.2, de;q=0.7', 'de'],
    ['de;q=0, en', 'en'],
    ['DE', 'de'],
    ['fr', 'en'],
    ['*', 'en'],
    ['', 'en'],
    [';;q=x,,', 'en'],
  ])('%s is %s', (header, language) => {
    expect(languageFor(acceptedLanguages(header))).toBe(language)
  })
})
