'use client'
/** What the page shows where it broke. Nothing is lost: the log is on the server. */
import { useText } from './i18n/use-text.tsx'

export default function Broken({ reset }: { error: Error; reset: () => void }) {
  const { broken } = useText()
  return (
    <main className="mx-auto flex min-h-dvh max-w-[34rem] flex-col items-start justify-center px-6">
      <h1 className="text-display font-medium tracking-[-0.03em]">{broken.title}</h1>
      <p className="mt-3 text-read text-ink-2">{broken.text}</p>
      <button
        type="button"
        onClick={reset}
        className="mt-6 h-10 rounded-md bg-accent px-4 text-base font-medium text-accent-ink"
      >
        {broken.again}
      </button>
    </main>
  )
}
