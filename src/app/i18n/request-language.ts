/** The language of a request, on the server that renders the page. Used by the layout. */
import { cookies, headers } from 'next/headers'
import { acceptedLanguages } from './accept-language.ts'
import { languageCookie, languageFor } from './choose-language.ts'
import { isLanguage, type Language, type LanguageChoice } from './languages.ts'

export async function requestLanguage(): Promise<{ language: Language; choice: LanguageChoice }> {
  const kept = (await cookies()).get(languageCookie)?.value
  if (isLanguage(kept)) return { language: kept, choice: kept }
  const wanted = (await headers()).get('accept-language') ?? ''
  return { language: languageFor(acceptedLanguages(wanted)), choice: 'system' }
}
