/**
 * What a parser of Markdown should not be given: text whose marks nest or stand together so thickly that
 * parsing takes seconds, or overflows the stack. Nobody writes it; it is shown as it is. Used by
 * `markdown.tsx`.
 */

/** Marks that may open something inline, in one paragraph. Time goes with the square of them. */
const maxMarks = 3_000
const maxColumns = 400
/** One word: the parser looks for a mail address from each of its letters. */
const longWord = /[\w.+-]{5000}/
/** Quotes and lists in one another, opened on one line. */
const tooDeep = /^(?:[ \t]{0,8}(?:>|(?:[*+-]|\d{1,9}[.)])[ \t])){40}/
const marks = /[[\]*_`<&!~$\\]/g
const columns = /\|/g
const fence = /^ {0,3}(```|~~~)/

export function isParsable(text: string): boolean {
  let count = 0
  let fenced: string | null = null
  for (const line of text.split('\n')) {
    const mark = fence.exec(line)?.[1]
    if (mark && (fenced === null || fenced === mark)) fenced = fenced === null ? mark : null
    else if (fenced === null) {
      if (
        tooDeep.test(line) ||
        longWord.test(line) ||
        (line.match(columns)?.length ?? 0) > maxColumns
      )
        return false
      count = line.trim() === '' ? 0 : count + (line.match(marks)?.length ?? 0)
      if (count > maxMarks) return false
    }
  }
  return true
}
