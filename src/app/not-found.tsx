'use client'
/** An address that is not ours. */
import { useText } from './i18n/use-text.tsx'

export default function NotFound() {
  const { missing } = useText()
  return (
    <main className="mx-auto flex min-h-dvh max-w-[34rem] flex-col justify-center px-6">
      <h1 className="text-display font-medium tracking-[-0.03em]">{missing.title}</h1>
      <p className="mt-3 text-read text-ink-2">
        {missing.text}{' '}
        <a href="/" className="text-accent underline underline-offset-4">
          {missing.link}
        </a>
      </p>
    </main>
  )
}
