/** What the page is when it is installed as an app. */
import type { MetadataRoute } from 'next'
import { agentName } from './agent-name.ts'
import { loadDictionary } from './i18n/languages.ts'
import { requestLanguage } from './i18n/request-language.ts'

/** Its name is a setting, read at run time. */
export const dynamic = 'force-dynamic'

export default async function manifest(): Promise<MetadataRoute.Manifest> {
  const { language } = await requestLanguage()
  const { page } = await loadDictionary(language)
  const name = agentName()
  return {
    id: '/',
    name,
    short_name: name,
    description: page.description,
    lang: language,
    start_url: '/',
    scope: '/',
    display: 'standalone',
    background_color: '#fbfdfd',
    theme_color: '#fbfdfd',
    icons: [
      { src: '/icons/icon-192.png', sizes: '192x192', type: 'image/png' },
      { src: '/icons/icon-512.png', sizes: '512x512', type: 'image/png' },
      {
        src: '/icons/icon-maskable-512.png',
        sizes: '512x512',
        type: 'image/png',
        purpose: 'maskable',
      },
    ],
  }
}
