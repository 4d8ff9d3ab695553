/**
 * The languages of the page. A further one is one file beside `de.ts` and one line here. Each is a chunk
 * of its own: a browser loads the one that is shown.
 */
import type { Dictionary } from './en.ts'

/** `name` is what its speakers call it. */
interface LanguageEntry {
  name: string
  load: () => Promise<{ default: Dictionary }>
}

const entries = {
  en: { name: 'English', load: () => import('./en.ts') },
  de: { name: 'Deutsch', load: () => import('./de.ts') },
} satisfies Record<string, LanguageEntry>

export type Language = keyof typeof entries
/** What one has chosen: a language, or that of the browser. */
export type LanguageChoice = Language | 'system'

/** The first one is spoken where a browser asks for none of them. */
export const languages = Object.keys(entries).filter(isLanguage)

export function isLanguage(name: unknown): name is Language {
  return typeof name === 'string' && Object.hasOwn(entries, name)
}

export function languageName(language: Language): string {
  return entries[language].name
}

const loaded = new Map<Language, Promise<Dictionary>>()

/** The same promise for each call, as React's `use` wants it; one that failed is asked for anew. */
export function loadDictionary(language: Language): Promise<Dictionary> {
  const known = loaded.get(language)
  if (known) return known
  const coming = entries[language].load().then((module) => module.default)
  loaded.set(language, coming)
  coming.catch(() => loaded.delete(language))
  return coming
}
