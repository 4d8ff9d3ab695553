/**
 * JSON that a program hands over for other programs: what it may be, so that a log can keep it and every
 * reader can take it. Used by the input of `notify`.
 */

/** What is wrong with a parsed JSON value, or null. Its size is for who knows the limit. */
export function jsonProblem(value: unknown, maxDepth: number): string | null {
  switch (typeof value) {
    case 'boolean':
      return null
    case 'number':
      // JSON has numbers that a double has not: `1e999` is read as infinite, and written as null.
      return Number.isFinite(value) ? null : 'must have no number that is too large'
    case 'string':
      return textProblem(value)
    case 'object':
      if (value === null) return null
      if (maxDepth <= 0) return 'must not be nested so deeply'
      return Array.isArray(value)
        ? firstProblem(value, (item) => jsonProblem(item, maxDepth - 1))
        : firstProblem(
            Object.entries(value),
            ([key, item]) => keyProblem(key) ?? jsonProblem(item, maxDepth - 1),
          )
    default:
      return 'must be JSON'
  }
}

function keyProblem(key: string): string | null {
  // Whoever copies it into an object of theirs would change the object's prototype.
  if (key === '__proto__') return 'must have no key "__proto__"'
  return textProblem(key)
}

function textProblem(text: string): string | null {
  if (text.isWellFormed() && !text.includes('\u0000')) return null
  return 'must have well-formed text without NUL'
}

function firstProblem<T>(items: readonly T[], problemOf: (item: T) => string | null) {
  for (const item of items) {
    const problem = problemOf(item)
    if (problem !== null) return problem
  }
  return null
}
