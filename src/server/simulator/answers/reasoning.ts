/**
 * What the simulator thinks aloud before an answer: something where it is asked to think, so that a person can
 * see how the page shows it; else nothing, as most models do.
 */
import type { ChatMessage } from '../chat.ts'
import { topicOf } from './topic.ts'

const asksToThink =
  /\bthink(?:ing)? (?:step by step|aloud|out loud|it through|hard)\b|\bshow (?:me )?your (?:reasoning|thinking)\b/i

/** Empty where nobody has asked for it, and where an answer is gone on with. */
export function composeReasoning(messages: readonly ChatMessage[]): string {
  const last = messages.at(-1)
  if (last?.role !== 'user' || !asksToThink.test(last.content)) return ''
  const topic = topicOf(last.content)
  return [
    `The question is about ${topic}, and I was asked to think before I answer.`,
    'First: what is asked for, and how long may the answer be? Nothing says that it must be long.',
    'Second: what do I know? I am a simulator, so no more than the words that I was sent. It would be wrong to make up facts.',
    'Third: what helps here? An outline that says plainly what it is.',
    'That will do. I write it down now.',
  ].join('\n\n')
}
