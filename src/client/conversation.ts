/**
 * A conversation as people go through it: a fold of a session's items. Questions that were asked again
 * in other words make lines of it, of which one is shown; the answers to a question stand together under
 * it, wherever in the log they were made. Used by pages; knows no framework.
 */
import type { Notice, TranscriptItem } from '../core/folds/transcript.ts'
import type { Message } from '../core/messages.ts'

/** A question that is not in the conversation yet. */
export interface AskedQuestion {
  id: string
  /** The question that it stands for. */
  replaces?: string | undefined
}

/** A question and its answers. Unchanged, it is the same object from one fold to the next. */
export interface Exchange {
  kind: 'exchange'
  /** Id of the question. */
  key: string
  /** Null for one that is not in the conversation yet. */
  question: Message | null
  /** Ids of all wordings of the question, the oldest first. */
  versions: readonly string[]
  /** In the order in which they were made. */
  answers: readonly Message[]
}

export type ConversationEntry = Exchange | { kind: 'notice'; key: string; notice: Notice }

export interface ConversationLine {
  entries: readonly ConversationEntry[]
  /** Whether this is the line that goes on: false while one looks at one that was left. */
  current: boolean
}

export interface LineOptions {
  items: readonly TranscriptItem[]
  /** After the items: what was sent and waits. */
  asked?: readonly AskedQuestion[]
  /** A question that is on the line to show; null for the line that goes on. */
  lookedAt?: string | null
}

/** One wording of a question. The wordings of one question have the same parent. */
interface Node {
  id: string
  place: number
  children: Node[]
  parent: Node | null
  question: Message | null
}

/** Folds one conversation, again and again as it grows. */
export class Conversation {
  #known = new Map<string, ConversationEntry>()

  line({ items, asked = [], lookedAt = null }: LineOptions): ConversationLine {
    const { root, nodes } = treeOf(items, asked)
    const answers = answersIn(items)
    const through = new Set<Node>()
    for (let node = lookedAt === null ? null : nodes.get(lookedAt); node; node = node.parent) {
      through.add(node)
    }
    const entries: ConversationEntry[] = []
    let current = true
    const known = new Map<string, ConversationEntry>()
    const add = (entry: ConversationEntry) => {
      const before = this.#known.get(entry.key)
      const kept = before && isSame(before, entry) ? before : entry
      known.set(entry.key, kept)
      entries.push(kept)
    }
    let passed = 0
    const addNoticesBefore = (place: number) => {
      for (; passed < Math.min(place, items.length); passed++) {
        const item = items[passed]
        if (item?.kind === 'notice') add(item)
      }
    }
    for (let at = root; at.children.length > 0; ) {
      const newest = at.children.at(-1)
      const node = at.children.find((child) => through.has(child)) ?? newest
      if (!node) break
      current &&= node === newest
      addNoticesBefore(node.place)
      add({
        kind: 'exchange',
        key: node.id,
        question: node.question,
        versions: at.children.map(({ id }) => id),
        answers: answers.get(node.id) ?? [],
      })
      at = node
    }
    addNoticesBefore(Number.POSITIVE_INFINITY)
    this.#known = known
    return { entries, current }
  }
}

/** Each question hangs on the one before it; one that replaces another hangs beside it. */
function treeOf(items: readonly TranscriptItem[], asked: readonly AskedQuestion[]) {
  const node = (id: string, place: number, parent: Node | null, question: Message | null): Node => {
    return { id, place, parent, question, children: [] }
  }
  let root = node('', -1, null, null)
  const nodes = new Map<string, Node>()
  let end = root
  const put = (id: string, place: number, question: Message | null, replaces?: string) => {
    if (replaces !== undefined) {
      const replaced = nodes.get(replaces)
      if (replaced) {
        end = replaced.parent ?? root
      } else {
        // Its earlier wording is not loaded: all that is here so far was said after that, and is left.
        root = node('', -1, null, null)
        end = root
      }
    }
    const next = node(id, place, end, question)
    end.children.push(next)
    nodes.set(id, next)
    end = next
  }
  for (const [place, item] of items.entries()) {
    if (item.kind !== 'message') continue
    const { message } = item
    if (message.role === 'user') put(item.key, place, message, message.replaces)
    // The question is on a page that is not loaded: its answer stands for itself.
    else if (!nodes.has(message.replyTo ?? '')) put(message.replyTo ?? item.key, place, null)
  }
  for (const [place, { id, replaces }] of asked.entries()) {
    // One that replaces something on a page that is not loaded waits at the end.
    const near = replaces !== undefined && nodes.has(replaces) ? replaces : undefined
    put(id, items.length + place, null, near)
  }
  return { root, nodes }
}

function answersIn(items: readonly TranscriptItem[]): ReadonlyMap<string, Message[]> {
  const answers = new Map<string, Message[]>()
  for (const item of items) {
    if (item.kind !== 'message' || item.message.role !== 'assistant') continue
    const { replyTo = item.key } = item.message
    const all = answers.get(replyTo)
    if (all) all.push(item.message)
    else answers.set(replyTo, [item.message])
  }
  return answers
}

function isSame(a: ConversationEntry, b: ConversationEntry): boolean {
  if (a.kind === 'notice' || b.kind === 'notice') {
    return a.kind === 'notice' && b.kind === 'notice' && a.notice === b.notice
  }
  return (
    a.question === b.question && isEqual(a.versions, b.versions) && isEqual(a.answers, b.answers)
  )
}

function isEqual<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((one, place) => one === b[place])
}
