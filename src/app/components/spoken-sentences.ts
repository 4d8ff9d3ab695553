/**
 * What a screen reader is told of an answer while it is written: its finished sentences, without the marks of
 * Markdown. Code and tables are named, not read. Pure; used by the announcer.
 */

export interface Spoken {
  /** What is new, in whole sentences; empty where none has ended. */
  sentences: string
  /** How much of the text has been dealt with: where the next call begins. */
  upTo: number
}

export interface SpokenNames {
  code: (language: string) => string
  table: string
}

const fence = /^ {0,3}(`{3,}|~{3,})\s*([\w+#.-]*)/
const closing = /^ {0,3}(`{3,}|~{3,})[ \t]*$/
/** A sentence's end, and what shows that it is one: a space after it. */
const sentenceEnd = /[.!?…。！？]["'”’»)*_]*(?=\s)|[。！？]/g
/** What may look like an end and is none: "1. ", "e.g. ", "Dr. ". */
const noEnd = /(?:^|\s)(?:\d{1,3}|\p{L}|e\.g|i\.e|z\.\s?B|d\.\s?h|Dr|Mr|Mrs|Nr|No|vs|etc)\.$/u

/** `from` is `upTo` of the call before; `ended` says that no more will come. */
export function speak(text: string, from: number, names: SpokenNames, ended = false): Spoken {
  const said: string[] = []
  let upTo = from
  while (upTo < text.length) {
    const lineEnd = text.indexOf('\n', upTo)
    const whole = lineEnd !== -1 || ended
    const next = lineEnd === -1 ? text.length : lineEnd + 1
    const line = text.slice(upTo, next)
    // A call may stop within a line: only at the beginning of one are these marks.
    const begins = upTo === 0 || text[upTo - 1] === '\n'
    const isBlock = begins && /^ {0,3}[`~|]/.test(line)
    if (isBlock) {
      const end = whole ? blockEnd(text, upTo, ended) : null
      if (end === null) break
      const language = fence.exec(line)
      said.push(`${language ? names.code(language[2] ?? '') : names.table}.`)
      upTo = end
    } else if (whole) {
      said.push(plain(line))
      upTo = next
    } else {
      const end = lastSentenceEnd(line)
      if (end === 0) break
      said.push(plain(line.slice(0, end)))
      upTo += end
      break
    }
  }
  return { sentences: said.filter((each) => each !== '').join(' '), upTo }
}

/** Where the block of code or the table that begins here has ended; null where it goes on. */
function blockEnd(text: string, from: number, ended: boolean): number | null {
  let at = from
  let open: string | null = null
  while (at < text.length) {
    const lineEnd = text.indexOf('\n', at)
    const whole = lineEnd !== -1 || ended
    const next = lineEnd === -1 ? text.length : lineEnd + 1
    const line = text.slice(at, next).trimEnd()
    if (at === from) open = fence.exec(line)?.[1] ?? null
    else if (open === null && !/^ {0,3}\|/.test(line)) return whole || line !== '' ? at : null
    else if (open !== null && whole && closing.exec(line)?.[1]?.startsWith(open)) return next
    at = next
  }
  return ended ? text.length : null
}

function lastSentenceEnd(line: string): number {
  let last = 0
  for (const { index, 0: mark } of line.matchAll(sentenceEnd)) {
    const end = index + mark.length
    if (!noEnd.test(line.slice(0, end))) last = end
  }
  return last
}

/** Without marks: what a reader would hear of the line. */
function plain(line: string): string {
  return line
    .replace(/^\s*(?:>\s*)*(?:#{1,6}\s+|[-*+]\s+(?:\[[ xX]\]\s+)?)?/, '')
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/[*`~]+|(?<!\w)_+|_+(?!\w)/g, '')
    .replace(/^[-=\s]+$/, '')
    .trim()
}
