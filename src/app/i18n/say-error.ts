/** What went wrong, in the language of the page where it has a sentence for it, else as it came. */
import type { Dictionary } from './en.ts'

/** `reason` is the code of an error event or the reason of a refusal. */
export function sayError(
  { errors }: Dictionary,
  error: { reason?: string | undefined; message?: string | undefined },
): string | undefined {
  const { reason, message } = error
  return reason !== undefined && isKey(errors, reason) ? errors[reason] : message
}

function isKey<T extends object>(of: T, key: string): key is Extract<keyof T, string> {
  return Object.hasOwn(of, key)
}
