/**
 * A conversation as a Markdown file. What was said is quoted: whatever is in it (a heading like ours, a fence or a
 * comment without an end) stays within its message, and no link of another goes by it. Used by `export.ts`.
 */
import type { Notice } from '../folds/transcript.ts'
import type { Message } from '../messages.ts'
import { withoutDefinitions } from './definitions.ts'

/** What CommonMark ends a line at. */
const lineEnd = /\r\n|\r|\n/

export function markdownFile(title: string, parts: readonly string[]): string {
  return `# ${onOneLine(title)}\n\n${parts.join('\n\n')}\n`
}

export function messageAsMarkdown(
  author: string,
  { content, timestamp, failure }: Pick<Message, 'content' | 'timestamp' | 'failure'>,
): string {
  const said = `## ${onOneLine(author)} · ${timestamp}\n\n${quoted(content)}`
  return failure ? `${said}\n\n${emphasised(failure.content)}` : said
}

export function noticeAsMarkdown({ content }: Pick<Notice, 'content'>): string {
  return lineEnd.test(content) ? quoted(escaped(content)) : emphasised(content)
}

/** A blank line within a quote bears the mark too: without it the quote would be over. */
function quoted(text: string): string {
  const lines = text.split(lineEnd).join('\n')
  return withoutDefinitions(lines)
    .split('\n')
    .map((line) => (line === '' ? '>' : `> ${line}`))
    .join('\n')
}

function emphasised(text: string): string {
  return `_${onOneLine(text)}_`
}

/** Text for one line in which nothing has a meaning. */
function onOneLine(text: string): string {
  return escaped(text.replace(/\s+/g, ' ').trim())
}

/** An underscore within a word, and an ampersand that begins no entity, are what they are. */
function escaped(text: string): string {
  return text.replace(/[\\`*[\]<>|~]|(?<!\w)_|_(?!\w)|&(?=[#\w])/g, '\\$&')
}
