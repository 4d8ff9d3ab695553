/**
 * The journal's deltas in memory, by session, with count of which blocks still hold some that are needed.
 * Used by the delta journal alone. It knows of no disk.
 */
import type { DeltaEvent } from '../../../core/events.ts'
import type { JournalChange } from './journal-batch.ts'

/** One row of the journal on disk. Once nothing in it lives, it may go. */
interface Block {
  number: number
  entries: number
  chars: number
  live: number
}

export interface Tail {
  readonly sessionId: string
  /** The session's row. */
  readonly key: number
  /** In the order of their numbers, never empty. */
  readonly events: readonly DeltaEvent[]
}

interface OwnTail extends Tail {
  events: DeltaEvent[]
  /** The block of the event at the same index. */
  blocks: Block[]
}

export interface DeltaTails {
  get(sessionId: string): Tail | undefined
  /** The tails, those that began longest ago first. */
  oldest(): Iterable<Tail>
  /** What is in all tails. */
  live(): { deltas: number; chars: number }
  /** What is in all blocks, whether it lives or not. */
  total(): { entries: number; chars: number }
  /** The number of the newest block before which nothing lives, itself included; 0 for none. */
  deadUpTo(): number
  removeBlocks(upTo: number): void
  removeTail(sessionId: string): void
  applyBlock(number: number, changes: readonly JournalChange[]): void
}

export function createDeltaTails(): DeltaTails {
  const tails = new Map<string, OwnTail>()
  const blocks: Block[] = []
  const live = { deltas: 0, chars: 0 }
  const total = { entries: 0, chars: 0 }

  function lose(event: DeltaEvent, block: Block | undefined): void {
    live.deltas -= 1
    live.chars -= event.content.length
    if (block) block.live -= 1
  }

  function removeTail(sessionId: string): void {
    const tail = tails.get(sessionId)
    if (!tail) return
    for (const [index, event] of tail.events.entries()) lose(event, tail.blocks[index])
    tails.delete(sessionId)
  }

  function add(key: number, event: DeltaEvent, block: Block): void {
    const { sessionId } = event
    const tail = tails.get(sessionId)
    if (tail) {
      tail.events.push(event)
      tail.blocks.push(block)
    } else tails.set(sessionId, { sessionId, key, events: [event], blocks: [block] })
    live.deltas += 1
    live.chars += event.content.length
    block.live += 1
    block.chars += event.content.length
  }

  function drop(sessionId: string, messageId: string): void {
    const tail = tails.get(sessionId)
    if (!tail) return
    const events: DeltaEvent[] = []
    const itsBlocks: Block[] = []
    for (const [index, event] of tail.events.entries()) {
      const block = tail.blocks[index]
      if (event.messageId === messageId) lose(event, block)
      else if (block) {
        events.push(event)
        itsBlocks.push(block)
      }
    }
    tail.events = events
    tail.blocks = itsBlocks
    if (events.length === 0) tails.delete(sessionId)
  }

  return {
    get: (sessionId) => tails.get(sessionId),
    oldest: () => tails.values(),
    live: () => live,
    total: () => total,

    deadUpTo() {
      let number = 0
      for (const block of blocks) {
        if (block.live > 0) break
        number = block.number
      }
      return number
    },

    removeBlocks(upTo) {
      const found = blocks.findIndex((block) => block.number > upTo)
      for (const block of blocks.splice(0, found < 0 ? blocks.length : found)) {
        total.entries -= block.entries
        total.chars -= block.chars
      }
    },

    removeTail,

    applyBlock(number, changes) {
      const block: Block = { number, entries: changes.length, chars: 0, live: 0 }
      for (const change of changes) {
        if (change.kind === 'delta') add(change.key, change.event, block)
        else if (change.kind === 'drop') drop(change.sessionId, change.messageId)
        else removeTail(change.sessionId)
      }
      blocks.push(block)
      total.entries += block.entries
      total.chars += block.chars
    },
  }
}
