/** The document: fonts from the package, the theme, and the skip link. Rendered for each request. */
import { GeistMono } from 'geist/font/mono'
import { GeistSans } from 'geist/font/sans'
import type { Metadata, Viewport } from 'next'
import type { ReactNode } from 'react'
import { agentName } from './agent-name.ts'
import './globals.css'

/** Settings are read at run time, never baked into the build. */
export const dynamic = 'force-dynamic'

export function generateMetadata(): Metadata {
  return {
    title: agentName(),
    description: 'An AI chat agent over one live WebSocket that never loses an answer.',
  }
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

export default function Layout({ children }: { children: ReactNode }) {
  return (
    <html
      lang="en"
      className={`${GeistSans.variable} ${GeistMono.variable}`}
      suppressHydrationWarning
    >
      <body>
        <a
          href="#message"
          className="fixed start-3 top-3 z-50 -translate-y-20 rounded-md bg-ink px-4 py-2 text-sm text-paper focus:translate-y-0"
        >
          Skip to the message field
        </a>
        {children}
      </body>
    </html>
  )
}
