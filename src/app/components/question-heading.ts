/**
 * Where the heading of a question ends: every question is a heading of the page's outline, so that one can go
 * from one to the next, and a long one is so with its beginning alone. Used by `question.tsx`.
 */

const maxHeadingChars = 240

/** The two, joined, are the question. */
export function splitHeading(content: string): { heading: string; rest: string } {
  if (content.length <= maxHeadingChars) return { heading: content, rest: '' }
  const start = content.slice(0, maxHeadingChars)
  const end = endOfLine(start) ?? endOfWord(start) ?? endOfCharacter(start)
  return { heading: content.slice(0, end), rest: content.slice(end) }
}

function endOfLine(start: string): number | null {
  const written = start.search(/\S/)
  const end = start.indexOf('\n', Math.max(0, written))
  return end > written && written >= 0 ? end : null
}

function endOfWord(start: string): number | null {
  const end = start.search(/\s\S*$/)
  return end > 0 && start.slice(0, end).trim() !== '' ? end : null
}

/** Not between the halves of one. */
function endOfCharacter(start: string): number {
  return start.length - (/[\uD800-\uDBFF]$/.test(start) ? 1 : 0)
}
