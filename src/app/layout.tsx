import type { ReactNode } from 'react'
import { GeistMono } from 'geist/font/mono'
import { GeistSans } from 'geist/font/sans'
import { isRunning } from '../core/folds/transcript.ts'
import './globals.css'
export default function Layout({ children }: { children: ReactNode }) {
  return <html lang="en" className={`${GeistSans.variable} ${GeistMono.variable}`}><body>{String(isRunning)}{children}</body></html>
}
