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
  /** True while its author edits it: it is passed over. */
  held: boolean
}

export interface RunningTurn {
  queryId: string
  answerId: string
  attempt: number
  /** A `cancel` of it is in the log: it ends as cancelled, also after a crash. */
  cancelled: boolean
}

export class TurnQueue {
  /** In the order in which they will run: high priority first, then by arrival (G6). */
  waiting: readonly WaitingTurn[] = []
  running: RunningTurn | null = null

  /** A queue of its own that stands where this one does. */
  clone(): TurnQueue {
    const queue = new TurnQueue()
    queue.waiting = this.waiting
    queue.running = this.running
    return queue
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
    return this.waiting.find((turn) => !turn.held) ?? null
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
    const queryId = event.messageId
    switch (event.state) {
      case 'queued':
        return this.#insert({
          queryId,
          kind: 'query',
          priority: event.priority,
          seq: event.seq,
          held: false,
        })
      case 'withdrawn':
        this.waiting = this.waiting.filter((turn) => turn.queryId !== queryId)
        return
      case 'held':
      case 'released':
        this.waiting = this.waiting.map((turn) =>
          turn.queryId === queryId ? { ...turn, held: event.state === 'held' } : turn,
        )
        return
      case 'edited':
        // An edit may move the query in the queue: its priority is the event's.
        this.waiting = sorted(
          this.waiting.map((turn) =>
            turn.queryId === queryId ? { ...turn, priority: event.priority } : turn,
          ),
        )
        return
    }
  }

  #applyCommand(event: Extract<LogEvent, { type: 'command' }>): void {
    const target = event.args?.messageId
    if (event.name === 'regenerate' && typeof target === 'string') {
      const turn = { queryId: target, kind: 'regenerate', priority: 'normal', held: false } as const
      this.#insert({ ...turn, seq: event.seq })
    }
    if (event.name === 'cancel' && this.running) this.running = { ...this.running, cancelled: true }
  }

  #applyStatus(event: Extract<LogEvent, { type: 'status' }>): void {
    const { messageId: queryId, answerId, attempt = 1 } = event
    if (!queryId || !answerId) return
    if (event.state === 'thinking') {
      this.waiting = this.waiting.filter((turn) => turn.queryId !== queryId)
      this.running = { queryId, answerId, attempt, cancelled: false }
    } else if (this.running?.answerId === answerId) {
      this.running = { ...this.running, attempt }
    }
  }

  #insert(turn: WaitingTurn): void {
    this.waiting = sorted([...this.waiting, turn])
  }
}

function sorted(turns: readonly WaitingTurn[]): WaitingTurn[] {
  const rank = { high: 0, normal: 1 } as const
  return turns.toSorted((a, b) => rank[a.priority] - rank[b.priority] || a.seq - b.seq)
}
