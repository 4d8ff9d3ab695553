/**
 * An answer's text in parts: blocks of code, and what stands between them. Each is shown on its own, so that what
 * is written at the end touches nothing before it, and code that grows is not parsed. Pure; used by
 * `markdown-text.tsx`.
 */

export type AnswerPart =
  | { kind: 'text'; text: string }
  | {
      kind: 'code'
      /** The first word behind the fence. */
      language: string
      code: string
    }

/** At the very beginning of a line: further in, it may belong to a list. */
const opening = /^(`{3,}(?=[^`]*$)|~{3,})[ \t]*([^\s`]*)/
/** What a word in one place means is said in another: all stays in one part. */
const farReference = /^ {0,3}\[[^\]\n]+\]:|\[\^/m
/** From here on a line may be no fence, whatever it begins with. */
const markup = /^ {0,3}<[a-z!?/]/i

export function answerParts(text: string): AnswerPart[] {
  const parts: AnswerPart[] = []
  let textFrom = 0
  let at = 0
  while (at < text.length) {
    const line = lineAt(text, at)
    if (markup.test(line)) break
    const open = opening.exec(line)
    if (!open) {
      at = nextLine(text, at)
      continue
    }
    const [, fence = '', language = ''] = open
    addText(parts, text.slice(textFrom, at))
    const begin = nextLine(text, at)
    const end = endOf(text, begin, fence)
    parts.push({ kind: 'code', language, code: text.slice(begin, end).replace(/\n$/, '') })
    at = end === text.length ? end : nextLine(text, end)
    textFrom = at
  }
  addText(parts, text.slice(textFrom))
  const isApart = !parts.some((part) => part.kind === 'text' && farReference.test(part.text))
  return isApart ? parts : [{ kind: 'text', text }]
}

/** Where the line that closes it begins, or the end of the text. */
function endOf(text: string, begin: number, fence: string): number {
  const closing = new RegExp(`^ {0,3}${fence[0] ?? ''}{${fence.length},}[ \\t]*$`, 'm')
  const found = closing.exec(text.slice(begin))
  return found ? begin + found.index : text.length
}

function addText(parts: AnswerPart[], text: string): void {
  if (text.trim() !== '') parts.push({ kind: 'text', text })
}

function lineAt(text: string, at: number): string {
  const end = text.indexOf('\n', at)
  return end === -1 ? text.slice(at) : text.slice(at, end)
}

function nextLine(text: string, at: number): number {
  const end = text.indexOf('\n', at)
  return end === -1 ? text.length : end + 1
}
