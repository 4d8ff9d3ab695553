/** Times, days and numbers as the readers of each language write them. */
import { expect, test } from 'vitest'
import { createFormats, localeFor } from './formats.ts'

test('days and numbers are those of the language', () => {
  const german = createFormats('de')
  expect(german.dayFromToday(0)).toBe('Heute')
  expect(german.dayFromToday(-1)).toBe('Gestern')
  expect(german.month(Date.UTC(2030, 2, 15))).toBe('März 2030')
  expect(german.number(1234.5)).toBe('1.234,5')
  const english = createFormats('en')
  expect(english.dayFromToday(0)).toBe('Today')
  expect(english.number(1234.5)).toBe('1,234.5')
  expect(english.dollars(0.00012345)).toBe('$0.000123')
})

test('the region is the browser’s, where it names one for the language', () => {
  expect(localeFor('en', ['de-DE', 'en-GB', 'en-US'])).toBe('en-GB')
  expect(localeFor('de', ['en-US'])).toBe('de')
  const time = '2030-06-15T14:05:00'
  expect(createFormats('en-GB').timeOfDay(time)).toBe('14:05')
  expect(createFormats('en-US').timeOfDay(time)).toMatch(/^02:05\sPM$/)
})
