/** Which language is spoken: the chosen one, else the browser's first that we have. Used on both sides. */
import { isLanguage, type Language, languages } from './languages.ts'

/** The cookie that keeps a choice, so that the server renders in it. Absent: as the browser has it. */
export const languageCookie = 'agent-websocket-language'

/** On which a tab tells the others what was chosen. */
export const languageChannel = 'agent-websocket:language'

const fallback: Language = languages[0] ?? 'en'

/** `wanted` are language tags, the most wanted first, such as `navigator.languages`. */
export function languageFor(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const language = tag.toLowerCase().split('-')[0]
    if (isLanguage(language)) return language
  }
  return fallback
}
