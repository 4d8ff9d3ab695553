/** A model that a test directs: it says what it is told to, when it is told. Used by the core's tests. */
import type { ModelError } from '../errors.ts'
import type { Model, ModelEnd, ModelRequest, ModelSink } from '../ports/model.ts'

/** One call that is under way. */
export class ScriptedCall {
  readonly request: ModelRequest
  readonly signal: AbortSignal
  readonly #sink: ModelSink
  readonly #end = Promise.withResolvers<ModelEnd>()

  constructor(request: ModelRequest, sink: ModelSink, signal: AbortSignal) {
    this.request = request
    this.signal = signal
    this.#sink = sink
    signal.addEventListener('abort', () => this.#end.reject(signal.reason), { once: true })
    if (signal.aborted) this.#end.reject(signal.reason)
    this.#end.promise.catch(() => undefined)
  }

  get ended(): Promise<ModelEnd> {
    return this.#end.promise
  }

  /** The last message of the prompt. */
  get question(): string {
    return this.request.messages.at(-1)?.content ?? ''
  }

  text(...pieces: string[]): void {
    for (const piece of pieces) this.#sink.text(piece)
  }

  reasoning(...pieces: string[]): void {
    for (const piece of pieces) this.#sink.reasoning?.(piece)
  }

  retrying(info: Parameters<ModelSink['retrying']>[0]): void {
    this.#sink.retrying(info)
  }

  end(end: Partial<ModelEnd> = {}): void {
    this.#end.resolve({ finishReason: 'stop', model: this.request.model, ...end })
  }

  fail(error: ModelError | Error): void {
    this.#end.reject(error)
  }
}

export class ScriptedModel implements Model {
  readonly calls: ScriptedCall[] = []
  #taken = 0
  #waiting: ((call: ScriptedCall) => void)[] = []

  answer(request: ModelRequest, sink: ModelSink, signal: AbortSignal): Promise<ModelEnd> {
    const call = new ScriptedCall(request, sink, signal)
    this.calls.push(call)
    const waiter = this.#waiting.shift()
    if (waiter) {
      this.#taken++
      waiter(call)
    }
    return call.ended
  }

  /** The next call that nobody took yet, once it comes. */
  call(): Promise<ScriptedCall> {
    const call = this.calls[this.#taken]
    if (call) {
      this.#taken++
      return Promise.resolve(call)
    }
    return new Promise((resolve) => this.#waiting.push(resolve))
  }
}
