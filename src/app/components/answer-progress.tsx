/** One line under an answer that runs, while there is nothing else to see: what the agent does. */
import type { Message } from '../../core/messages.ts'

const sentences: Partial<Record<Message['state'], string>> = {
  thinking: 'Thinking…',
  retrying: 'The model did not answer. Trying again…',
  restarting: 'The server was restarted. Beginning this answer again…',
  continuing: 'The server was restarted. Going on where it stopped…',
}

export function AnswerProgress({ message }: { message: Message }) {
  const sentence =
    sentences[message.state] ??
    (message.state === 'streaming' && message.content === '' ? 'Thinking…' : undefined)
  if (sentence === undefined) return null
  return <p className="animate-breathe text-read text-ink-3">{sentence}</p>
}
