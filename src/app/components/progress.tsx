/** A quiet line in an answer, while there is nothing else to see of it. */
export function Progress({ children }: { children: string }) {
  return <p className="mt-4 animate-breathe text-read text-ink-3 first:mt-0">{children}</p>
}
