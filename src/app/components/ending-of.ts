/** How an answer ended, where that was not by itself, and what helps then. Used under the answer and by the announcer. */
import type { Message } from '../../client/index.ts'
import type { Dictionary } from '../i18n/en.ts'
import { sayError } from '../i18n/say-error.ts'

/** What helps after an answer that did not end well. */
export type Help = 'again' | 'shorten' | 'rephrase' | 'new-chat'

interface Ending {
  sentence: string
  failed?: boolean
  help?: Help | undefined
}

/** A question of this many characters can be what made a conversation too long. */
const longQuestion = 4_000

/** Null for an answer that ended by itself; `asked` is the length of its question. */
export function endingOf(message: Message, text: Dictionary, asked = 0): Ending | null {
  const { state, finishReason, failure, resumed } = message
  if (state === 'failed') {
    const said = failure && sayError(text, { reason: failure.code, message: failure.content })
    const sentence = said ?? text.answer.failed
    return { sentence, failed: true, help: helpFor(message, asked) }
  }
  // Regenerate stands right below it.
  if (state === 'cancelled') return { sentence: text.answer.cancelled }
  if (state === 'interrupted') return { sentence: text.answer.interrupted, help: 'again' }
  if (finishReason === 'length') {
    return { sentence: text.answer.tooLong }
  }
  if (finishReason === 'content_filter') {
    return { sentence: text.answer.filtered }
  }
  if (state === 'done' && message.content.trim() === '') {
    return { sentence: text.answer.empty, help: 'again' }
  }
  if (state !== 'done') return null
  if (resumed === 'restarted') {
    return { sentence: text.answer.restarted }
  }
  if (resumed === 'continued') {
    return { sentence: text.answer.continued }
  }
  return null
}

function helpFor({ failure }: Message, asked: number): Help | undefined {
  switch (failure?.code) {
    case 'CONTEXT_TOO_LONG':
      return asked > longQuestion ? 'shorten' : 'new-chat'
    case 'CONTENT_FILTERED':
      return 'rephrase'
    // The model or its address is wrong: asked again, it is refused again.
    case 'UPSTREAM_REJECTED':
      return undefined
    default:
      return 'again'
  }
}
