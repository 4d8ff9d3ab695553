/** An address that is not ours. */
export default function NotFound() {
  return (
    <main className="mx-auto flex min-h-dvh max-w-[34rem] flex-col justify-center px-6">
      <h1 className="text-display font-medium tracking-[-0.03em]">There is nothing here.</h1>
      <p className="mt-3 text-read text-ink-2">
        The address may be mistyped.{' '}
        <a href="/" className="text-accent underline underline-offset-4">
          Begin a new chat
        </a>
      </p>
    </main>
  )
}
