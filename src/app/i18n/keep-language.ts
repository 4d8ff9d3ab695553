/** Keeps the choice of a language, and tells the other tabs, which a cookie does not. Fetched when one chooses. */
import { languageChannel, languageCookie } from './choose-language.ts'
import type { LanguageChoice } from './languages.ts'

const keptSeconds = 365 * 24 * 60 * 60

export function keepLanguage(choice: LanguageChoice): void {
  const age = choice === 'system' ? 0 : keptSeconds
  // biome-ignore lint/suspicious/noDocumentCookie: the cookie store's own interface needs HTTPS
  document.cookie = `${languageCookie}=${choice}; Path=/; Max-Age=${age}; SameSite=Lax`
  const channel = new BroadcastChannel(languageChannel)
  channel.postMessage(choice)
  channel.close()
}
