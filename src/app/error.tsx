'use client'
/** What the page shows where it broke. Nothing is lost: the log is on the server. */
export default function Broken({ reset }: { error: Error; reset: () => void }) {
  return (
    <main className="mx-auto flex min-h-dvh max-w-[34rem] flex-col items-start justify-center px-6">
      <h1 className="text-display font-medium tracking-[-0.03em]">The page broke.</h1>
      <p className="mt-3 text-read text-ink-2">
        Your conversations are safe: they are not kept here.
      </p>
      <button
        type="button"
        onClick={reset}
        className="mt-6 h-10 rounded-md bg-accent px-4 text-base font-medium text-accent-ink"
      >
        Show it again
      </button>
    </main>
  )
}
