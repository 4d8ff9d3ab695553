'use client'
/** One line under an answer that runs, while there is nothing else to see: what the agent does. */
import type { Message } from '../../client/index.ts'
import { useText } from '../i18n/use-text.tsx'

export function AnswerProgress({ message }: { message: Message }) {
  const { answer } = useText()
  const sentences: Partial<Record<Message['state'], string>> = {
    thinking: answer.thinking,
    retrying: answer.retrying,
    restarting: answer.restarting,
    continuing: answer.continuing,
  }
  const sentence =
    sentences[message.state] ??
    (message.state === 'streaming' && message.content === '' ? answer.thinking : undefined)
  if (sentence === undefined) return null
  return <p className="animate-breathe text-read text-ink-3">{sentence}</p>
}
