/** Which language is spoken: the chosen one, else the browser's first that we have. Used on both sides. */
import { isLanguage, type Language, languages } from './languages.ts'

/** The cookie that keeps a choice, so that the server renders in it. Absent: as the browser has it. */
export const languageCookie = 'agent-websocket-language'

const fallback: Language = languages[0] ?? 'en'

/** `wanted` are language tags, the most wanted first, such as `navigator.languages`. */
export function languageFor(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const language = tag.toLowerCase().split('-')[0]
    if (isLanguage(language)) return language
  }
  return fallback
}

/** The tags of an `Accept-Language` header, the most wanted first (RFC 9110, section 12.5.4). */
export function acceptedLanguages(header: string): string[] {
  return header
    .split(',')
    .map((part) => {
      const [tag = '', ...parameters] = part.split(';').map((piece) => piece.trim())
      const weight = parameters.find((parameter) => parameter.startsWith('q='))
      return { tag, weight: weight === undefined ? 1 : Number(weight.slice(2)) }
    })
    .filter(({ tag, weight }) => tag !== '' && weight > 0)
    .sort((a, b) => b.weight - a.weight)
    .map(({ tag }) => tag)
}
