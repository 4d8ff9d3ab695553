/**
 * The font of code, from the package. Not fetched before there is code, unlike `geist/font/mono`, which asks for it at
 * once. Used by the layout.
 */
import localFont from 'next/font/local'

export const monoFont = localFont({
  src: '../../node_modules/geist/dist/fonts/geist-mono/GeistMono-Variable.woff2',
  variable: '--font-geist-mono',
  preload: false,
  adjustFontFallback: false,
  weight: '100 900',
})
