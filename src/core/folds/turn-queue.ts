/**
 * The queue of turns, a fold of the log: which queries wait, in which order, and which turn runs.
 * Used by the agent to pick the next turn, and by the transcript to show who waits where.
 */
import type { LogEvent, Priority } from '../events.ts'

/** A turn that waits: a query's first answer, or a further one that `regenerate` asked for. */
export interface WaitingTurn {
  queryId: string
  kind: 'query' | 'regenerate'
  priority: Priority
  /** Number of the event that asked for it: the order of arrival. */
  seq: number
  /** What it is ordered by among those of its priority: `seq`, or the event that made it high later. */
  rank: number
  /** Since when its author edits it, and it is passed over; null where it is not held. */
  heldAt: string | null
}

export interface RunningTurn {
  queryId: string
  answerId: string
  attempt: number
  /** Attempts that ended because their process was stopped: they do not count as crashes. */
  letGo: number
  /** A `cancel` of it is in the log: it ends as cancelled, also after a crash. */
  cancelled: boolean
}

/** A queue as it travels: with the newest page of a history. */
export interface QueueState {
  waiting: readonly WaitingTurn[]
  running: RunningTurn | null
}

export class TurnQueue implements QueueState {
  /** In the order in which they will run: high priority first, in the order in which they became so (G6). */
  waiting: readonly WaitingTurn[] = []
  running: RunningTurn | null = null

  /** A queue of its own that stands where this one does. */
  clone(): TurnQueue {
    const queue = new TurnQueue()
    queue.set(this)
    return queue
  }

  set({ waiting, running }: QueueState): void {
    this.waiting = waiting
    this.running = running
  }

  apply(event: LogEvent): void {
    switch (event.type) {
      case 'query':
        return this.#applyQuery(event)
      case 'command':
        return this.#applyCommand(event)
      case 'status':
        return this.#applyStatus(event)
      case 'response':
        if (this.running?.answerId === event.messageId) this.running = null
        return
      case 'error':
        if (this.running && this.running.queryId === event.messageId) this.running = null
        return
      default:
        return
    }
  }

  /** The turn that runs next, or null where none may: all are held, or there is none. */
  next(): WaitingTurn | null {
    return this.waiting.find((turn) => turn.heldAt === null) ?? null
  }

  /** Turns that end before this query's; 0 while it runs, -1 if it neither waits nor runs. */
  position(queryId: string): number {
    if (this.running?.queryId === queryId) return 0
    const place = this.waiting.findIndex((turn) => turn.queryId === queryId)
    return place === -1 ? -1 : place + (this.running ? 1 : 0)
  }

  find(queryId: string): WaitingTurn | undefined {
    return this.waiting.find((turn) => turn.queryId === queryId)
  }

  #applyQuery(event: Extract<LogEvent, { type: 'query' }>): void {
    const { messageId: queryId, priority, seq } = event
    switch (event.state) {
      case 'queued':
        return this.#insert({ queryId, kind: 'query', priority, seq, rank: seq, heldAt: null })
      case 'withdrawn':
        return this.#remove(queryId)
      case 'held':
        return this.#replace(queryId, (turn) => ({ ...turn, heldAt: event.timestamp }))
      case 'released':
        return this.#replace(queryId, (turn) => ({ ...turn, heldAt: null }))
      case 'edited':
        return this.#replace(queryId, (turn) => ({ ...turn, ...rankAfter(turn, event) }))
    }
  }

  #applyCommand({ name, args, seq }: Extract<LogEvent, { type: 'command' }>): void {
    const target = args?.messageId
    if (name === 'regenerate' && typeof target === 'string') {
      const turn = { queryId: target, kind: 'regenerate', priority: 'normal', seq } as const
      this.#insert({ ...turn, rank: seq, heldAt: null })
    }
    if (name !== 'cancel') return
    // The answer that runs; or the query of a new answer that waits, which is withdrawn.
    if (this.running && (target === undefined || target === this.running.answerId)) {
      this.running = { ...this.running, cancelled: true }
    } else if (typeof target === 'string' && this.find(target)?.kind === 'regenerate') {
      this.#remove(target)
    }
  }

  #applyStatus(event: Extract<LogEvent, { type: 'status' }>): void {
    const { messageId: queryId, answerId, attempt = 1 } = event
    if (!queryId || !answerId || event.reasoning) return
    if (event.state === 'thinking') {
      this.#remove(queryId)
      this.running = { queryId, answerId, attempt, letGo: 0, cancelled: false }
    } else if (this.running?.answerId === answerId) {
      const letGo = this.running.letGo + (event.state === 'queued' ? 1 : 0)
      this.running = { ...this.running, attempt, letGo }
    }
  }

  #insert(turn: WaitingTurn): void {
    this.waiting = sorted([...this.waiting, turn])
  }

  #remove(queryId: string): void {
    this.waiting = this.waiting.filter((turn) => turn.queryId !== queryId)
  }

  #replace(queryId: string, change: (turn: WaitingTurn) => WaitingTurn): void {
    this.waiting = sorted(
      this.waiting.map((turn) => (turn.queryId === queryId ? change(turn) : turn)),
    )
  }
}

/** An edit may move the turn in the queue: its priority is the event's. */
function rankAfter(turn: WaitingTurn, { priority, seq }: { priority: Priority; seq: number }) {
  if (priority === turn.priority) return {}
  return { priority, rank: priority === 'high' ? seq : turn.seq }
}

function sorted(turns: readonly WaitingTurn[]): WaitingTurn[] {
  const first = { high: 0, normal: 1 } as const
  return turns.toSorted((a, b) => first[a.priority] - first[b.priority] || a.rank - b.rank)
}
