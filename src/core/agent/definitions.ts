/**
 * What Markdown calls definitions: `[label]: address`, and footnotes. They hold for a whole file, so one message could
 * say where the links of another go. In a conversation that is exported they are text. Used by `markdown-file.ts`.
 */

/** What may stand before one on its line: marks of quotes and lists, and blanks. */
const marks = String.raw`(?:[ \t>]|[-+*](?=[ \t])|\d{1,9}[.)](?=[ \t]))*`
/** A label may go over lines; a bracket in it has a backslash. */
const definition = new RegExp(String.raw`^(${marks}\[(?:[^[\]\\]|\\[\s\S]){1,999}\]):`, 'gm')
const fence = new RegExp(String.raw`^(${marks})(\`{3,}(?!.*\`)|~{3,})(.*)$`, 's')
/** In a block of HTML a fence is none, and where the block ends is hard to say. */
const html = new RegExp(`^${marks}<`, 'm')

/**
 * Takes the meaning from each definition by a backslash before its colon. Code stays as it is where it surely is code:
 * within fences that stand at the beginning of their lines. Elsewhere a backslash too many is the smaller harm. Its
 * lines end in `\n`.
 */
export function withoutDefinitions(text: string): string {
  if (!text.includes(']:')) return text
  let out = ''
  let doneAt = 0
  for (const { begin, end } of codeIn(text)) {
    out += defused(text.slice(doneAt, begin)) + text.slice(begin, end)
    doneAt = end
  }
  return out + defused(text.slice(doneAt))
}

function defused(text: string): string {
  return text.replace(definition, '$1\\:')
}

/** The blocks of code, up to the first that may be none or end elsewhere. */
function codeIn(text: string): { begin: number; end: number }[] {
  const found: { begin: number; end: number }[] = []
  if (html.test(text)) return found
  let open: { begin: number; mark: string } | null = null
  let at = 0
  for (const line of text.split('\n')) {
    const end = at + line.length + 1
    const [, before = '', mark = '', after = ''] = fence.exec(line) ?? []
    if (mark !== '' && !open) {
      if (before !== '') return found
      open = { begin: at, mark }
    } else if (open && mark.startsWith(open.mark) && /^[ \t]*$/.test(after)) {
      // It ends here, unless that stands too far in: how far a tab is, depends.
      if (!/^ {0,3}$/.test(before)) return found
      found.push({ begin: open.begin, end })
      open = null
    }
    at = end
  }
  if (open) found.push({ begin: open.begin, end: text.length })
  return found
}
