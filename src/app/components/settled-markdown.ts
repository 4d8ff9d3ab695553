/**
 * How much of a Markdown text that is still being written can be shown, so that nothing shown becomes
 * something else: no mark whose meaning is open, no table before it is whole. Pure; used by `markdown.tsx`.
 */

export interface Settled {
  /** The beginning of the text that stays as it is. */
  text: string
  /** Whole rows of the table that is being written at its end; null where none is. */
  tableRows: number | null
}

const fenceLine = /^ {0,3}(`{3,}|~{3,})/
const fenceEnd = /^ {0,3}[`~]+[ \t]*$/
const delimiterRow = /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/
const delimiterBegun = /^[\s|:-]*$/
/** The beginning of a heading, a list, a quote, a rule, an underlined heading, a block of code; perhaps of text. */
const marksOnly = /^\s*(?:[-*+>#=_~`|:\s]+|\d{1,9}[.)]?\s*|[-*+]\s+\[[ xX]?\]?\s*)$/
/**
 * At the end of a line: marks of emphasis or code, of which there may be more (`**word*` is not yet what
 * `**word**` is), and the word that follows them, for a word that grows may yet move to the next line; a link
 * that has no words yet, an image whose address is not whole.
 */
const inlineOpen =
  /(?:(?<=^|[\s(])[*_~`]+\S*|[*_~`]+|(?<=^|[\s(])(?:\[|!\[[^\]]*(?:\](?:\([^)]*)?)?))$/

export function settle(text: string): Settled {
  const lines = text.split('\n')
  const last = lines.at(-1) ?? ''
  const before = text.slice(0, text.length - last.length)
  if (isInCode(lines.slice(0, -1))) {
    return { text: fenceEnd.test(last) ? before : text, tableRows: null }
  }
  const table = tableAt(lines)
  if (table) {
    const shown = lines.slice(0, table.line).join('\n')
    return { text: table.line === 0 ? '' : `${shown}\n`, tableRows: table.rows }
  }
  const isOpen = marksOnly.test(last) || fenceLine.test(last)
  return { text: isOpen ? before : before + last.replace(inlineOpen, ''), tableRows: null }
}

/** Whether what comes after these lines is in a block of code. */
function isInCode(lines: readonly string[]): boolean {
  let open: string | null = null
  for (const line of lines) {
    const mark = fenceLine.exec(line)?.[1]
    if (mark === undefined) continue
    if (open === null) open = mark
    else if (mark.startsWith(open) && fenceEnd.test(line)) open = null
  }
  return open !== null
}

/** The table that the text ends in, and that may go on: a blank line ends it. */
function tableAt(lines: readonly string[]): { line: number; rows: number | null } | null {
  const end = lines.length - 1
  let start = end
  while (start > 0 && lines[start - 1]?.trim() !== '') start--
  const line = lines.findIndex((each, place) => place >= start && each.trimStart().startsWith('|'))
  if (line === -1) return null
  if (line === end) return { line, rows: null }
  const second = lines[line + 1] ?? ''
  if (line + 1 === end) return delimiterBegun.test(second) ? { line, rows: null } : null
  // The last line is not whole, and no row yet.
  return delimiterRow.test(second) ? { line, rows: end - line - 2 } : null
}
