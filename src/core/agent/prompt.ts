/** The prompt, a fold of the transcript: what the model is sent for a query. Used by the turn. */
import type { Transcript } from '../folds/transcript.ts'
import type { Message } from '../messages.ts'
import type { ChatMessage } from '../ports/model.ts'

const usable: ReadonlySet<Message['state']> = new Set(['done', 'cancelled', 'interrupted'])

/**
 * The system prompt, then the last `maxHistory` messages up to the query, which is the last of them.
 * Of several answers to one query the newest counts; what came before a `clear` does not.
 */
export function promptFor(
  transcript: Transcript,
  queryId: string,
  settings: { systemPrompt: string; maxHistory: number },
): ChatMessage[] {
  const turns: { query: Message; answer?: Message }[] = []
  const places = new Map<string, { query: Message; answer?: Message }>()
  for (const item of transcript.items) {
    if (item.kind !== 'message') continue
    const { message } = item
    if (message.messageId === queryId) break
    if (message.role === 'user') {
      if (message.seq < transcript.clearedSeq) continue
      const turn = { query: message }
      turns.push(turn)
      places.set(message.messageId, turn)
    } else if (message.replyTo && message.content !== '' && usable.has(message.state)) {
      const turn = places.get(message.replyTo)
      if (turn) turn.answer = message
    }
  }
  const history: ChatMessage[] = turns.flatMap(({ query, answer }) => [
    { role: 'user' as const, content: query.content },
    ...(answer ? [{ role: 'assistant' as const, content: answer.content }] : []),
  ])
  const query = transcript.find(queryId)
  if (query) history.push({ role: 'user', content: query.content })
  return [
    { role: 'system', content: settings.systemPrompt },
    ...history.slice(-settings.maxHistory),
  ]
}
