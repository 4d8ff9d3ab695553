/** A model as it is where a thousand answers run: an answer rests for long, and its connection is held meanwhile. */
import { gatheringModel } from '../../../core/agent/gathering-model.ts'
import type { Model, ModelSink } from '../../../core/ports/model.ts'
import { systemClock } from '../../system.ts'
import { modelRequest } from './call.ts'

/** The thousand never end, and say nothing. */
export function inACrowd(model: Model): Model {
  const crowd = new Set<object>()
  const never = new Promise<never>(() => {})
  const gathering = gatheringModel(
    {
      answer: (request, sink, signal) =>
        crowd.has(request) ? never : model.answer(request, sink, signal),
    },
    systemClock,
  )
  const silent: ModelSink = { text: () => {}, retrying: () => {} }
  const { signal } = new AbortController()
  for (let i = 0; i < 1000; i++) {
    const request = { ...modelRequest }
    crowd.add(request)
    void gathering.answer(request, silent, signal)
  }
  return gathering
}
