/**
 * Times, days and numbers as the readers of a language write them. Where the browser names a region for
 * that language (`en-GB`), that one's; so times are rendered in the browser alone. Used through `useText`.
 */
import type { Language } from './languages.ts'

export interface Formats {
  /** Of an ISO timestamp, such as `14:05`. */
  timeOfDay: (timestamp: string) => string
  /** Of an ISO timestamp: day and time in full. */
  dayAndTime: (timestamp: string) => string
  /** Such as `June 2030`. */
  month: (timeMs: number) => string
  /** A day counted from today, 0 or -1: `Today`, `Yesterday`, at the beginning of a line. */
  dayFromToday: (days: number) => string
  number: (value: number) => string
  /** An amount of money in US dollars, as small as the calls of models cost. */
  dollars: (value: number) => string
}

const made = new Map<string, Formats>()

export function formatsFor(language: Language): Formats {
  const locale = localeFor(language, typeof navigator === 'undefined' ? [] : navigator.languages)
  const known = made.get(locale)
  if (known) return known
  const formats = createFormats(locale)
  made.set(locale, formats)
  return formats
}

/** The browser's own variant of a language, where it names one. */
export function localeFor(language: Language, wanted: readonly string[]): string {
  return wanted.find((tag) => tag.toLowerCase().split('-')[0] === language) ?? language
}

export function createFormats(locale: string): Formats {
  const time = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit' })
  const full = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'short' })
  const month = new Intl.DateTimeFormat(locale, { month: 'long', year: 'numeric' })
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })
  const number = new Intl.NumberFormat(locale)
  const dollars = new Intl.NumberFormat(locale, {
    style: 'currency',
    currency: 'USD',
    maximumSignificantDigits: 3,
  })
  return {
    timeOfDay: (timestamp) => time.format(new Date(timestamp)),
    dayAndTime: (timestamp) => full.format(new Date(timestamp)),
    month: (timeMs) => month.format(timeMs),
    dayFromToday: (days) => capitalised(relative.format(days, 'day'), locale),
    number: (value) => number.format(value),
    dollars: (value) => dollars.format(value),
  }
}

function capitalised(word: string, locale: string): string {
  return word.slice(0, 1).toLocaleUpperCase(locale) + word.slice(1)
}
