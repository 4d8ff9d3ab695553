/** Answers about the conversation itself, from the messages that came with the request. */
import type { ChatMessage } from '../chat.ts'

const asksForFirst = /\b(?:first|begin|beginning|start)\b/i
const asksForMemory =
  /\bwhat (?:did|have|was|were) (?:i|we|my)\b.*\b(?:say|said|ask|asked|write|wrote|told|tell|talk|talking|talked|question|message)\b|\bmy (?:first|last|previous) (?:question|message)\b|\bdo you remember\b|\brecap\b|\bsummari[sz]e (?:our|this|the) (?:chat|conversation|talk)\b|\bhow many (?:messages|questions)\b/i

const shown = 10
const maxQuote = 200

/** Null where the last message asks for something else. */
export function memoryAnswer(messages: readonly ChatMessage[]): string | null {
  const asked = messages.filter(({ role }) => role === 'user').map(({ content }) => content)
  const question = asked.at(-1) ?? ''
  if (!asksForMemory.test(question)) return null
  const before = asked.slice(0, -1)
  const first = before[0]
  if (first === undefined) {
    return 'This is the first thing that you said in this conversation, as far as I was shown it.'
  }
  if (asksForFirst.test(question)) return `The first thing that you said was:\n\n${quote(first)}`
  if (/\b(last|previous|before)\b/i.test(question)) {
    return `Before this, you said:\n\n${quote(before.at(-1) ?? first)}`
  }
  const list = before.slice(-shown).map((text) => `1. ${oneLine(text)}`)
  const count = before.length === 1 ? 'one message' : `${before.length} messages`
  return `Before this I was shown ${count} of yours:\n\n${list.join('\n')}`
}

function quote(text: string): string {
  return `> ${oneLine(text)}`
}

function oneLine(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim()
  const characters = [...line]
  return characters.length > maxQuote ? `${characters.slice(0, maxQuote).join('')}…` : line
}
