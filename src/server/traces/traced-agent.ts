/**
 * An agent whose `query` is the first span of the query's trace. The span is made when the call is over: whether it
 * brought the query, came again, or was refused, is known only then. Used by `traces.ts`.
 */
import type { Agent } from '../../core/agent/agent.ts'
import type { AppendInput, AppendResult, Store } from '../../core/ports/store.ts'
import { errorType } from './traced-store.ts'
import { nowMs, type Tracer } from './tracer.ts'

/** Which queries this process has just committed: told by the store, asked by the agent. */
export class CommittedQueries {
  readonly #waiting = new Map<string, boolean>()

  /** Between the beginning of a call and its end. */
  async during<T>(key: string, work: () => Promise<T>): Promise<{ result: T; isNew: boolean }> {
    this.#waiting.set(key, false)
    try {
      const result = await work()
      return { result, isNew: this.#waiting.get(key) ?? false }
    } finally {
      this.#waiting.delete(key)
    }
  }

  watch(store: Store): Store {
    const append = async (input: AppendInput): Promise<AppendResult> => {
      const result = await store.append(input)
      if (result.outcome !== 'appended') return result
      for (const event of input.events) {
        if (event.type !== 'query' || event.state !== 'queued') continue
        const key = keyOf(input.sessionId, event.messageId)
        if (this.#waiting.has(key)) this.#waiting.set(key, true)
      }
      return result
    }
    return new Proxy(store, {
      get: (target, name) => (name === 'append' ? append : Reflect.get(target, name, target)),
    })
  }
}

export function tracedAgent(
  agent: Agent,
  { tracer, committed }: { tracer: Tracer; committed: CommittedQueries },
): Agent {
  return {
    ...agent,
    async query(userId, input, admit) {
      const { sessionId, id } = input
      const query = tracer.query(sessionId, id)
      if (!query) return agent.query(userId, input, admit)
      const start = {
        name: 'agent.query',
        kind: 'server',
        attributes: { 'rpc.system.name': 'trpc', 'rpc.method': 'agent.query' },
        startMs: nowMs(),
      } as const
      try {
        const work = () => agent.query(userId, input, admit)
        const { result, isNew } = await committed.during(keyOf(sessionId, id), work)
        const span = isNew ? tracer.startFirst(start, query.ids) : tracer.start(start, query.parent)
        span.set({
          'gen_ai.conversation.id': sessionId,
          'agent_server.seq': result.seq,
          'agent_server.state': result.state,
          'agent_server.repeated': !isNew,
        })
        span.end()
        return result
      } catch (cause) {
        tracer.startAlone(start).end(errorType(cause))
        throw cause
      }
    },
  }
}

function keyOf(sessionId: string, queryId: string): string {
  return `${sessionId} ${queryId}`
}
