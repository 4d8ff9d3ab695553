'use client'
/** The first thing that the keyboard finds: the way past the sessions. */
import { useText } from '../i18n/use-text.tsx'

export function SkipLink() {
  const text = useText()
  return (
    <a
      href="#message"
      className="fixed start-3 top-3 z-50 -translate-y-20 rounded-md bg-ink px-4 py-2 text-sm text-paper focus:translate-y-0"
    >
      {text.page.skip}
    </a>
  )
}
