/**
 * The model's thread: the adapter runs here, and what its calls tell goes to the server's thread in batches,
 * a few milliseconds' worth each. Opened by `model-thread.ts`.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { gatheringModel } from '../../../core/agent/gathering-model.ts'
import { ModelError } from '../../../core/errors.ts'
import { systemClock } from '../../system.ts'
import { createOpenRouter } from '../open-router.ts'
import { Batch } from './batch.ts'
import { sent } from './flow.ts'
import type { ThreadData, ThreadError, ToThread } from './messages.ts'

if (!parentPort) throw new Error('model-worker.ts runs in a thread of its own')
const port = parentPort
const { options, flow } = workerData as ThreadData
const underWay = new Int32Array(flow)

const batch = new Batch((message) => {
  port.postMessage(message)
  sent(underWay, message.chars)
})
const openRouter = createOpenRouter({
  ...options,
  clock: systemClock,
  log: {
    info: (fields, message) => batch.log({ level: 'info', fields, message }),
    warn: (fields, message) => batch.log({ level: 'warn', fields, message }),
    error: (fields, message) => batch.log({ level: 'error', fields, message }),
  },
})
const model = gatheringModel(openRouter, systemClock)
const stops = new Map<number, AbortController>()

port.on('message', (message: ToThread) => {
  if (message.kind === 'stop') stops.get(message.call)?.abort()
  else void ask(message)
})

async function ask({ call, request }: Extract<ToThread, { kind: 'ask' }>): Promise<void> {
  const stop = new AbortController()
  stops.set(call, stop)
  try {
    const end = await model.answer(
      request,
      {
        text: (text, sinceMs = Date.now()) => batch.text(call, text, Date.now() - sinceMs),
        reasoning: (text) => batch.tell(call, { kind: 'reasoning', text }),
        retrying: (info) => batch.tell(call, { kind: 'retrying', info }),
      },
      stop.signal,
    )
    batch.tell(call, { kind: 'end', end })
  } catch (cause) {
    batch.tell(call, { kind: 'failed', error: asData(cause) })
  } finally {
    stops.delete(call)
  }
}

function asData(cause: unknown): ThreadError {
  if (cause instanceof ModelError) {
    const { code, message, retryable, retryAfterMs } = cause
    return {
      known: true,
      code,
      message,
      retryable,
      ...(retryAfterMs !== undefined && { retryAfterMs }),
    }
  }
  const error = cause instanceof Error ? cause : new Error(String(cause))
  return { known: false, name: error.name, message: error.message, stack: error.stack ?? '' }
}
