/**
 * A model whose calls are timed and whose tokens and cost are counted, under OpenTelemetry's names for
 * generative AI. Used by `compose.ts`. Models that are not on the operator's list count as `other`: what a
 * model's server calls itself must not grow the figures.
 */
import { Counter, Histogram, type Registry } from 'prom-client'
import { ModelError } from '../../core/errors.ts'
import type { Model, ModelEnd } from '../../core/ports/model.ts'
import { longBuckets, tokenBuckets } from './buckets.ts'

export interface MeasuredModelInput {
  registry: Registry
  models: readonly string[]
  nowMs?: () => number
}

export function measuredModel(
  model: Model,
  { registry, models, nowMs = () => performance.now() }: MeasuredModelInput,
): Model {
  const registers = [registry]
  const durations = new Histogram({
    name: 'gen_ai_client_operation_duration_seconds',
    help: 'Calls of the model, from the request to the end of the answer.',
    labelNames: ['gen_ai_request_model', 'error_type'],
    buckets: longBuckets,
    registers,
  })
  const firsts = new Histogram({
    name: 'gen_ai_client_operation_time_to_first_chunk_seconds',
    help: 'Calls of the model, from the request to the first text.',
    labelNames: ['gen_ai_request_model'],
    buckets: longBuckets,
    registers,
  })
  const retries = new Counter({
    name: 'agent_server_model_retries_total',
    help: 'Calls of the model that failed and were tried again, by why.',
    labelNames: ['error_type'],
    registers,
  })
  const tokens = new Histogram({
    name: 'gen_ai_client_token_usage',
    help: 'Tokens of a call, as the model reported them.',
    labelNames: ['gen_ai_response_model', 'gen_ai_token_type'],
    buckets: tokenBuckets,
    registers,
  })
  const cost = new Counter({
    name: 'agent_server_model_cost_usd_total',
    help: 'US dollars, as the model reported them.',
    labelNames: ['gen_ai_response_model'],
    registers,
  })
  const known = new Set(models)
  const labelOf = (name: string) => (known.has(name) ? name : 'other')

  /** What answered, where it is on the list; else what was asked: models answer under longer names. */
  function count({ usage, model: answered }: ModelEnd, asked: string): void {
    if (!usage) return
    const response = { gen_ai_response_model: labelOf(known.has(answered) ? answered : asked) }
    tokens.observe({ ...response, gen_ai_token_type: 'input' }, usage.promptTokens)
    tokens.observe({ ...response, gen_ai_token_type: 'output' }, usage.completionTokens)
    if (usage.costUsd !== undefined) cost.inc(response, usage.costUsd)
  }

  return {
    async answer(request, sink, signal) {
      const sinceMs = nowMs()
      const asked = { gen_ai_request_model: labelOf(request.model) }
      const seconds = () => (nowMs() - sinceMs) / 1000
      let hasText = false
      const heard = {
        text(piece: string, sinceMs?: number) {
          if (!hasText) firsts.observe(asked, seconds())
          hasText = true
          sink.text(piece, sinceMs)
        },
        reasoning: (piece: string) => sink.reasoning?.(piece),
        retrying(info: Parameters<typeof sink.retrying>[0]) {
          retries.inc({ error_type: info.code })
          sink.retrying(info)
        },
      }
      try {
        const end = await model.answer(request, heard, signal)
        durations.observe({ ...asked, error_type: '' }, seconds())
        count(end, request.model)
        return end
      } catch (cause) {
        durations.observe({ ...asked, error_type: errorType(cause, signal) }, seconds())
        throw cause
      }
    },
  }
}

function errorType(cause: unknown, signal: AbortSignal): string {
  if (signal.aborted) return 'aborted'
  return cause instanceof ModelError ? cause.code : 'unexpected'
}
