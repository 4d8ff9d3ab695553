/**
 * What stands in a transcript, and where: messages and notices in their order, queries that stand nowhere yet, which
 * answer to a query counts, and which query stands for another. The memory of the fold in `transcript.ts`.
 *
 * Items are immutable: one that changes is replaced, so a reader compares by identity.
 */
import type { Message } from '../messages.ts'
import {
  itemsOf,
  type Notice,
  type TranscriptItem,
  type TranscriptPage,
} from './transcript-page.ts'

export class TranscriptItems {
  /** In the order in which the conversation ran. */
  list: TranscriptItem[] = []
  #queries = new Map<string, Message>()
  #places = new Map<string, number>()
  /** Which answer counts, by query. It may stand on a page that is not loaded. */
  #chosen = new Map<string, string>()

  /** A message by its id, wherever it stands. */
  find(messageId: string): Message | undefined {
    const place = this.#places.get(messageId)
    const item = place === undefined ? undefined : this.list[place]
    return item?.kind === 'message' ? item.message : this.#queries.get(messageId)
  }

  query(messageId: string): Message | undefined {
    return this.#queries.get(messageId)
  }

  /** All answers to a query that are here, in the order in which they were made. */
  answersTo(queryId: string): Message[] {
    return this.list.flatMap((item) =>
      item.kind === 'message' && item.message.replyTo === queryId ? [item.message] : [],
    )
  }

  chosenAnswer(queryId: string): Message | undefined {
    return this.find(this.#chosen.get(queryId) ?? '')
  }

  /** Replaces a message where it stands; one that stands nowhere yet stays there. */
  put(message: Message): void {
    const { messageId } = message
    if (message.role === 'user') this.#queries.set(messageId, message)
    const place = this.#places.get(messageId)
    if (place !== undefined) this.list[place] = { kind: 'message', key: messageId, message }
  }

  /** Replaces a message where it stands; one that stands nowhere yet goes to the end. */
  place(message: Message): void {
    const { messageId } = message
    if (!this.#places.has(messageId)) {
      this.#places.set(messageId, this.list.length)
      this.list.push({ kind: 'message', key: messageId, message })
    }
    this.put(message)
  }

  addNotice(notice: Notice): void {
    this.list.push({ kind: 'notice', key: notice.id, notice })
  }

  /** A query that will never stand anywhere. */
  forgetQuery(messageId: string): void {
    this.#queries.delete(messageId)
  }

  /** Puts an older page before what is there. What was learned since the page was made, holds. */
  prepend(page: TranscriptPage): void {
    this.list = [...itemsOf(page), ...this.list]
    this.#places.clear()
    for (const [place, item] of this.list.entries()) {
      if (item.kind !== 'message') continue
      this.#places.set(item.key, place)
      if (item.message.role === 'user') this.#queries.set(item.key, item.message)
    }
    for (const { messageId, role, replyTo, chosen } of page.messages) {
      if (role === 'user') continue
      if (chosen && replyTo && !this.#chosen.has(replyTo)) this.#chosen.set(replyTo, messageId)
      this.#mark(messageId)
    }
    for (const query of this.#queries.values()) this.markReplaced(query)
  }

  /** From now on this answer to the query counts, and both say so: it, and the one that did before. */
  choose(queryId: string, answerId: string): void {
    const before = this.#chosen.get(queryId)
    this.#chosen.set(queryId, answerId)
    if (before) this.#mark(before)
    this.#mark(answerId)
  }

  /**
   * A query that stands for another one runs: that one, and all that were asked after it, are marked. A
   * place that is not loaded is before all that are.
   */
  markReplaced({ messageId, replaces }: Message): void {
    const end = this.#places.get(messageId)
    if (!replaces || end === undefined) return
    for (let place = this.#places.get(replaces) ?? 0; place < end; place++) {
      const item = this.list[place]
      if (item?.kind !== 'message') continue
      const { message } = item
      if (message.role === 'user' && !message.replacedBy) {
        this.put({ ...message, replacedBy: messageId })
      }
    }
  }

  clear(): void {
    this.list = []
    this.#queries.clear()
    this.#places.clear()
    this.#chosen.clear()
  }

  /** Makes an answer say whether it is the one that counts. */
  #mark(answerId: string): void {
    const answer = this.find(answerId)
    if (!answer?.replyTo) return
    const counts = this.#chosen.get(answer.replyTo) === answerId
    if (counts === (answer.chosen ?? false)) return
    const { chosen: _before, ...rest } = answer
    this.put(counts ? { ...rest, chosen: true } : rest)
  }
}
