/** A question that is not answered yet, in whatever way it is on its way. Shown at the end of the conversation. */
import type { AskedQuestion, Message, OutgoingMessage } from '../../client/index.ts'

export type PendingQuestion =
  | { kind: 'outgoing'; message: OutgoingMessage }
  | { kind: 'next'; message: Message }

export function pendingId(question: PendingQuestion): string {
  return question.kind === 'next' ? question.message.messageId : question.message.id
}

/** As the fold of the conversation takes it. */
export function askedOf(question: PendingQuestion): AskedQuestion {
  return { id: pendingId(question), replaces: question.message.replaces }
}
