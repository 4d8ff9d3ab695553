/** The prompt, a fold of the transcript: what the model is sent for a query. Used by the turn. */
import type { Transcript } from '../folds/transcript.ts'
import type { Message } from '../messages.ts'
import type { ChatMessage } from '../ports/model.ts'

export interface Prompt {
  system: ChatMessage
  /** What was said before the query, oldest first. */
  history: ChatMessage[]
  query: ChatMessage
}

/**
 * The system prompt, the last messages before the query, and the query: `maxHistory` of them at most. Of several
 * answers to one query the chosen one counts; what came before a `clear` does not, nor do queries that were
 * replaced before this one ran.
 */
export function promptFor(
  transcript: Transcript,
  queryId: string,
  settings: { systemPrompt: string; maxHistory: number },
): Prompt {
  const queries = transcript.items.flatMap((item) =>
    item.kind === 'message' && item.message.role === 'user' ? [item.message] : [],
  )
  const places = new Map(queries.map(({ messageId }, place) => [messageId, place]))
  const end = places.get(queryId) ?? queries.length
  const counts = ({ seq, replacedBy }: Message): boolean =>
    seq >= transcript.clearedSeq &&
    (replacedBy === undefined || (places.get(replacedBy) ?? queries.length) > end)
  const history = queries
    .slice(0, end)
    .filter(counts)
    .flatMap((query): ChatMessage[] => {
      const answer = transcript.chosenAnswer(query.messageId)
      const asked = { role: 'user', content: query.content } as const
      return answer ? [asked, { role: 'assistant', content: answer.content }] : [asked]
    })
  const room = settings.maxHistory - 1
  return {
    system: { role: 'system', content: settings.systemPrompt },
    history: room > 0 ? history.slice(-room) : [],
    query: { role: 'user', content: transcript.find(queryId)?.content ?? '' },
  }
}

/** What is sent, in UTF-16 units. */
export function charsOf(messages: readonly ChatMessage[]): number {
  return messages.reduce((sum, { content }) => sum + content.length, 0)
}

/** The prompt without its oldest messages, so that half of what was said before the query is left, or less. */
export function shortened(prompt: Prompt): Prompt {
  const lengths = prompt.history.map(({ content }) => content.length)
  let left = lengths.reduce((sum, length) => sum + length, 0)
  const most = left / 2
  let first = 0
  // An answer without its question says little.
  while (
    first < lengths.length &&
    (left > most || first === 0 || prompt.history[first]?.role === 'assistant')
  ) {
    left -= lengths[first++] ?? 0
  }
  return { ...prompt, history: prompt.history.slice(first) }
}

/** As it is sent; `prefix` is the beginning of the answer, which the model is to go on from. */
export function messagesOf({ system, history, query }: Prompt, prefix: string): ChatMessage[] {
  const begun: ChatMessage[] = prefix ? [{ role: 'assistant', content: prefix }] : []
  return [system, ...history, query, ...begun]
}
