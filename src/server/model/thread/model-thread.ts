/**
 * The model port, on a thread of its own: reading thousands of small pieces a second off the models' sockets is
 * most of the server's work, and here it does not keep the server's thread from its readers
 * (docs/decisions/018-the-model-has-a-thread.md). Used by `compose.ts`.
 */
import { Worker } from 'node:worker_threads'
import { ModelError } from '../../../core/errors.ts'
import type { Logger } from '../../../core/ports/log.ts'
import type { Model, ModelEnd, ModelRequest, ModelSink } from '../../../core/ports/model.ts'
import { modelError } from '../failure.ts'
import { createFlow, taken } from './flow.ts'
import type {
  FromThread,
  ThreadData,
  ThreadError,
  ThreadOptions,
  Told,
  ToThread,
} from './messages.ts'

export interface ModelThread extends Model {
  /** Ends the thread, and with it every connection to the model. Calls that run then fail. */
  close(): Promise<void>
}

interface Call {
  sink: ModelSink
  signal: AbortSignal
  settle: (how: { end: ModelEnd } | { error: unknown }) => void
}

interface News {
  what: string | Told
  sinceMs: number
}

/** Of `node --watch`, which tells over the same port what the thread imports. */
interface WatchMessage {
  'watch:import'?: string[]
  'watch:require'?: string[]
}

/** Beside this file, in its language: built code has none of TypeScript. */
const entry = new URL(
  `./model-worker.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`,
  import.meta.url,
)

export function openModelThread(options: ThreadOptions, log: Logger): ModelThread {
  const flow = createFlow()
  const underWay = new Int32Array(flow)
  const calls = new Map<number, Call>()
  let lastCall = 0
  let closed = false
  let worker: Worker | null = null

  /** The thread, opened anew where it died. */
  function thread(): Worker {
    if (worker) return worker
    underWay[0] = 0
    const workerData: ThreadData = { options, flow }
    const opened = new Worker(entry, { workerData, name: 'model' })
    opened.on('message', take)
    opened.on('error', (err) => log.error({ err }, "the model's thread failed"))
    opened.once('exit', () => {
      worker = null
      for (const [id, call] of calls) end(id, call, { error: modelError('UPSTREAM_UNAVAILABLE') })
    })
    worker = opened
    return opened
  }

  function take(message: FromThread | WatchMessage): void {
    if (!('told' in message)) return
    const { told, chars, logged } = message
    taken(underWay, chars)
    for (const { level, fields, message } of logged) log[level](fields, message)
    const nowMs = Date.now()
    for (let at = 0; at < told.length; at += 3) {
      const id = told[at] as number
      const call = calls.get(id)
      const sinceMs = nowMs - (told[at + 2] as number)
      if (call) hear(id, call, { what: told[at + 1] as string | Told, sinceMs })
    }
  }

  /** What a sink throws ends its own call, and no other. */
  function hear(id: number, call: Call, news: News): void {
    try {
      tell(id, call, news)
    } catch (error) {
      worker?.postMessage({ kind: 'stop', call: id } satisfies ToThread)
      end(id, call, { error })
    }
  }

  function tell(id: number, call: Call, { what, sinceMs }: News): void {
    if (typeof what === 'string' || what.kind === 'retrying' || what.kind === 'reasoning') {
      // What was on its way when the call was stopped is not told any more.
      if (call.signal.aborted) return
      if (typeof what === 'string') call.sink.text(what, sinceMs)
      else if (what.kind === 'reasoning') call.sink.reasoning?.(what.text)
      else call.sink.retrying(what.info)
    } else if (call.signal.aborted) end(id, call, { error: call.signal.reason })
    else if (what.kind === 'end') end(id, call, { end: what.end })
    else end(id, call, { error: asError(what.error) })
  }

  function end(id: number, call: Call, how: { end: ModelEnd } | { error: unknown }): void {
    calls.delete(id)
    call.settle(how)
  }

  thread()
  return {
    async answer(request: ModelRequest, sink: ModelSink, signal: AbortSignal): Promise<ModelEnd> {
      signal.throwIfAborted()
      if (closed) throw modelError('UPSTREAM_UNAVAILABLE')
      const { promise, resolve, reject } = Promise.withResolvers<ModelEnd>()
      const call = ++lastCall
      const stop = () => worker?.postMessage({ kind: 'stop', call } satisfies ToThread)
      signal.addEventListener('abort', stop, { once: true })
      calls.set(call, {
        sink,
        signal,
        settle: (how) => ('end' in how ? resolve(how.end) : reject(how.error)),
      })
      thread().postMessage({ kind: 'ask', call, request } satisfies ToThread)
      return promise.finally(() => signal.removeEventListener('abort', stop))
    },
    async close() {
      closed = true
      await worker?.terminate()
    },
  }
}

function asError(error: ThreadError): Error {
  if (error.known) return new ModelError(error.code, error.message, error)
  const { name, stack } = error
  return Object.assign(new Error(error.message), { name, stack })
}
