/**
 * The document: its language, fonts from the package, and the skip link. Rendered for each request.
 */
import type { Metadata, Viewport } from 'next'
import type { ReactNode } from 'react'
import { agentName } from './agent-name.ts'
import { SkipLink } from './components/skip-link.tsx'
import { fontVariables } from './fonts.ts'
import { loadDictionary } from './i18n/languages.ts'
import { requestLanguage } from './i18n/request-language.ts'
import { LanguageProvider } from './i18n/use-text.tsx'
import './globals.css'

/** Settings are read at run time, never baked into the build. */
export const dynamic = 'force-dynamic'

export async function generateMetadata(): Promise<Metadata> {
  const { language } = await requestLanguage()
  const { page } = await loadDictionary(language)
  return { title: agentName(), description: page.description }
}

export const viewport: Viewport = {
  width: 'device-width',
  initialScale: 1,
  viewportFit: 'cover',
  interactiveWidget: 'resizes-content',
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#fbfdfd' },
    { media: '(prefers-color-scheme: dark)', color: '#0f1517' },
  ],
}

export default async function Layout({ children }: { children: ReactNode }) {
  const { language, choice } = await requestLanguage()
  return (
    <html lang={language} className={fontVariables} suppressHydrationWarning>
      <body>
        <LanguageProvider language={language} choice={choice}>
          <SkipLink />
          {children}
        </LanguageProvider>
      </body>
    </html>
  )
}
