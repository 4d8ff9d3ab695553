/**
 * How sessions are searched: text folded by case and accents, and cut into words. Used by every store, so that they
 * find the same. docs/decisions/069-words-lie-with-their-session.md has why.
 */
import type { EventBody, LogEvent } from '../../core/events.ts'

/** Of one word; a longer one is found by its beginning. Code points. */
const maxWordChars = 40
/** Of one message: more different ones are in no text that a person reads. */
const maxWords = 5000

/** Written without spaces between words: found by pairs of letters. */
const unspaced =
  '\\p{sc=Han}\\p{sc=Hiragana}\\p{sc=Katakana}\\p{sc=Thai}\\p{sc=Lao}\\p{sc=Khmer}\\p{sc=Myanmar}ー'
const runs = new RegExp(`([${unspaced}]+)|([[\\p{L}\\p{N}\\p{M}]--[${unspaced}]]+)`, 'gv')
/** Accents of Latin, Greek and Cyrillic letters; vowel signs of other scripts are letters to their readers. */
const accents = /[\u0300-\u036f]/g

/**
 * Two texts that differ in case or accents alone fold to the same; folding again changes nothing. Upper case, because
 * lower case depends on the place of a letter in its word (the Greek sigma).
 */
export function foldText(text: string): string {
  return text.normalize('NFKD').toUpperCase().normalize('NFKD').replace(accents, '')
}

/** The different words of a text, folded. None has a space in it. */
export function wordsOf(text: string): Set<string> {
  const words = new Set<string>()
  for (const [, pairs, word] of foldText(text).matchAll(runs)) {
    if (word !== undefined) words.add(shortened(word))
    else if (pairs !== undefined) addPairs(pairs, words)
    if (words.size >= maxWords) break
  }
  return words
}

/** What a commit adds to the words of its session: of questions and whole answers, never of pieces. */
export function wordsSaid(events: readonly (EventBody | LogEvent)[]): Set<string> {
  const words = new Set<string>()
  for (const event of events) {
    if (isSaid(event)) for (const word of wordsOf(event.content)) words.add(word)
  }
  return words
}

/** Whether an event's content is what somebody said. */
export function isSaid(event: { type: string; state?: unknown }): boolean {
  if (event.type === 'response') return true
  return event.type === 'query' && (event.state === 'queued' || event.state === 'edited')
}

export interface Search {
  /** All of it, folded: part of a title. */
  phrase: string
  /** Or each of its parts between spaces: part of the title, or its words begin words that were said. */
  parts: { text: string; words: string[] }[]
}

/** Null where nothing is searched for. */
export function readSearch(text: string | undefined): Search | null {
  const phrase = foldText(text ?? '').trim()
  if (phrase === '') return null
  const parts = [...new Set(phrase.split(/\s+/))]
  return { phrase, parts: parts.map((part) => ({ text: part, words: [...wordsOf(part)] })) }
}

/** By the title alone where that can be said, else the words that must have been said. */
export function matchTitle(title: string, { phrase, parts }: Search): boolean | string[] {
  const folded = foldText(title)
  const rest = parts.filter(({ text }) => !folded.includes(text))
  if (rest.length === 0 || folded.includes(phrase)) return true
  return rest.every(({ words }) => words.length > 0) && rest.flatMap(({ words }) => words)
}

/** Greater than every word that begins with `term`, in the order of UTF-8. */
export function endOfPrefix(term: string): string {
  return `${term}\u{10ffff}`
}

function shortened(word: string): string {
  return word.length <= maxWordChars ? word : [...word].slice(0, maxWordChars).join('')
}

/** Each pair, and the last letter: so that every letter begins something. */
function addPairs(run: string, words: Set<string>): void {
  const letters = [...run]
  for (const [at, letter] of letters.entries()) words.add(letter + (letters[at + 1] ?? ''))
}
