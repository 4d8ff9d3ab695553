/**
 * Traces of queries, from the call that brings one to the last append of its turn. Loaded by `compose.ts` where an
 * OTLP endpoint is set, and not at all where none is.
 */
import type { Agent } from '../../core/agent/agent.ts'
import type { Logger } from '../../core/ports/log.ts'
import type { Model } from '../../core/ports/model.ts'
import type { Store } from '../../core/ports/store.ts'
import type { TraceSettings } from './trace-settings.ts'
import { CommittedQueries, tracedAgent } from './traced-agent.ts'
import { tracedModel } from './traced-model.ts'
import { tracedStore } from './traced-store.ts'
import { openTracer } from './tracer.ts'
import { TracedTurns } from './turns.ts'

export interface Traces {
  agent(agent: Agent): Agent
  store(store: Store): Store
  model(model: Model): Model
  /** Sends what is not sent yet, in bounded time. */
  close(): Promise<void>
}

export function openTraces(
  settings: TraceSettings,
  { log, system }: { log: Logger; system: string },
): Traces {
  const tracer = openTracer(settings, log)
  const turns = new TracedTurns()
  const committed = new CommittedQueries()
  return {
    agent: (agent) => tracedAgent(agent, { tracer, committed }),
    store: (store) => committed.watch(tracedStore(store, { tracer, turns, system })),
    model: (model) => tracedModel(model, { tracer, turns }),
    close: () => tracer.close(),
  }
}
