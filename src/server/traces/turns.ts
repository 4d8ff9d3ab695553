/**
 * The turns that this server runs and traces, by session: between the first append of a turn and its last, what the
 * store and the model do belongs to it. Used by `traced-store.ts` and `traced-model.ts`.
 */
import type { OpenSpan } from './tracer.ts'

export interface TracedTurn {
  queryId: string
  span: OpenSpan
  /** Deltas are counted, not traced one by one: there are hundreds in an answer. */
  deltas: number
  deltaChars: number
}

/** A turn whose session was lost has no last append: past this many the oldest is forgotten. */
const most = 20_000

export class TracedTurns {
  readonly #bySession = new Map<string, TracedTurn>()

  of(sessionId: string): TracedTurn | null {
    return this.#bySession.get(sessionId) ?? null
  }

  begin(sessionId: string, turn: TracedTurn): void {
    this.end(sessionId, { outcome: 'lost' })
    this.#bySession.set(sessionId, turn)
    const oldest = this.#bySession.size > most ? this.#bySession.keys().next() : null
    if (oldest && !oldest.done) this.end(oldest.value, { outcome: 'lost' })
  }

  end(sessionId: string, { outcome, error }: { outcome: string; error?: string }): void {
    const turn = this.#bySession.get(sessionId)
    if (!turn) return
    this.#bySession.delete(sessionId)
    turn.span.set({
      'agent_server.outcome': outcome,
      'agent_server.deltas': turn.deltas,
      'agent_server.delta_characters': turn.deltaChars,
    })
    turn.span.end(error)
  }
}
