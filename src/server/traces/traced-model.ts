/**
 * A model whose calls are spans of the turn that makes them, under OpenTelemetry's names for generative AI: names and
 * numbers, nothing of a prompt or an answer. Used by `traces.ts`.
 */
import { ModelError } from '../../core/errors.ts'
import type { Model, ModelEnd } from '../../core/ports/model.ts'
import type { Tracer } from './tracer.ts'
import type { TracedTurns } from './turns.ts'

export function tracedModel(
  model: Model,
  { tracer, turns }: { tracer: Tracer; turns: TracedTurns },
): Model {
  return {
    async answer(request, sink, signal) {
      const turn = turns.of(request.sessionId)
      if (!turn) return model.answer(request, sink, signal)
      const attributes = {
        'gen_ai.operation.name': 'chat',
        'gen_ai.conversation.id': request.sessionId,
        'gen_ai.request.model': request.model,
        'gen_ai.request.max_tokens': request.maxTokens,
        'gen_ai.request.temperature': request.temperature,
        'agent_server.messages': request.messages.length,
      }
      const name = `chat ${request.model}`
      const span = tracer.start({ name, kind: 'client', attributes }, turn.span.parent)
      let hasText = false
      const heard = {
        text(piece: string, sinceMs?: number) {
          if (!hasText) span.event('first token')
          hasText = true
          sink.text(piece, sinceMs)
        },
        retrying(info: Parameters<typeof sink.retrying>[0]) {
          const { attempt, delayMs, code } = info
          span.event('retry', { attempt, delay_ms: delayMs, 'error.type': code })
          sink.retrying(info)
        },
      }
      const told = tracer.tellModel ? { ...request, traceparent: span.traceparent } : request
      try {
        const end = await model.answer(told, heard, signal)
        span.set(attributesOf(end))
        span.end()
        return end
      } catch (cause) {
        const failed = cause instanceof ModelError ? cause.code : 'unexpected'
        span.end(signal.aborted ? 'aborted' : failed)
        throw cause
      }
    },
  }
}

function attributesOf({ finishReason, model, usage }: ModelEnd) {
  return {
    'gen_ai.response.finish_reasons': [finishReason],
    'gen_ai.response.model': model,
    ...(usage && {
      'gen_ai.usage.input_tokens': usage.promptTokens,
      'gen_ai.usage.output_tokens': usage.completionTokens,
      ...(usage.costUsd !== undefined && { 'agent_server.cost_usd': usage.costUsd }),
    }),
  }
}
