/** The verb `session.export`: a conversation as a file that a person keeps. */
import type { Inputs } from '../inputs.ts'
import type { LiveSession } from './live-session.ts'
import { markdownFile, messageAsMarkdown, noticeAsMarkdown } from './markdown-file.ts'
import { type AgentParts, withOwn } from './parts.ts'

export function exportSession(
  parts: AgentParts,
  userId: string,
  { sessionId, format }: Inputs['sessionExport'],
): Promise<{ filename: string; content: string }> {
  return withOwn(parts, userId, sessionId, async (live) => ({
    filename: `${fileName(live.title)}.${format === 'json' ? 'json' : 'md'}`,
    content: format === 'json' ? asJson(live) : asMarkdown(parts.settings.agentName, live),
  }))
}

function fileName(title: string): string {
  const plain = title
    .normalize('NFKD')
    .replace(/[^\p{Letter}\p{Number}]+/gu, '-')
    .replace(/^-+|-+$/g, '')
  return plain.slice(0, 60).toLowerCase() || 'conversation'
}

function asJson(live: LiveSession): string {
  const { title, model, record, transcript } = live
  const messages = transcript.items.flatMap((item) => (item.kind === 'message' ? item.message : []))
  const { sessionId, createdAt } = record
  return `${JSON.stringify({ sessionId, title, model, createdAt, messages }, null, 2)}\n`
}

function asMarkdown(agentName: string, live: LiveSession): string {
  const parts = live.transcript.items.map((item) => {
    if (item.kind === 'notice') return noticeAsMarkdown(item.notice)
    return messageAsMarkdown(item.message.role === 'user' ? 'You' : agentName, item.message)
  })
  return markdownFile(live.title, parts)
}
