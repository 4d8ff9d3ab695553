/**
 * Reads the bytes of one streamed answer: server-sent events, in them chunks, in them text. Says what
 * came to a sink, and at the end whether the answer was whole. Knows nothing of connections and time.
 */
import { createParser, type EventSourceParser } from 'eventsource-parser'
import type { ModelEnd, ModelSource } from '../../core/ports/model.ts'
import { type Chunk, plainText, readChunk } from './chunk.ts'
import { modelError, sortError } from './failure.ts'

/** One event of the stream, and so what is held of an unfinished one. UTF-16 units. */
const maxEventChars = 1_000_000
/** Events that are no chunk are skipped, up to so many: past that the server speaks something else. */
const maxGarbage = 10

export interface AnswerSink {
  /** A piece of the answer, never empty, never half a character. */
  text(text: string): void
  /** A piece of what the model thinks aloud, before the answer alone. */
  reasoning(text: string): void
  /** See `ModelSink`. */
  from?(source: ModelSource): void
  /** A token came: of the answer, or of the model's reasoning. */
  token(): void
}

export interface AnswerReaderOptions {
  /** The model that was asked for: what counts until the stream names one. */
  model: string
  /** An answer that grows past this ends with `length`. UTF-16 units. */
  maxAnswerChars: number
  sink: AnswerSink
}

export class AnswerReader {
  readonly #options: AnswerReaderOptions
  readonly #decoder = new TextDecoder()
  readonly #parser: EventSourceParser
  #model: string
  #pending = ''
  #chars = 0
  #garbage = 0
  #finishReason: string | null = null
  #usage: ModelEnd['usage']
  #done = false
  /** The parser holds nothing: what was fed last ended with a whole event. */
  #between = true
  #cut = false

  constructor(options: AnswerReaderOptions) {
    this.#options = options
    this.#model = options.model
    this.#parser = createParser({
      maxBufferSize: maxEventChars,
      onEvent: ({ data }) => this.#event(data),
      onError: ({ type }) => {
        if (type === 'max-buffer-size-exceeded') throw modelError('UPSTREAM_REJECTED')
        if (type === 'unknown-field') this.#skip()
      },
    })
  }

  /** The answer is whole; what may follow is usage and the end of the stream. */
  get finished(): boolean {
    return this.#done || this.#finishReason !== null
  }

  /** Nothing more is to be expected. */
  get done(): boolean {
    return this.#done
  }

  /** We ended the answer, not the model: what follows is not worth reading. */
  get cut(): boolean {
    return this.#cut
  }

  /** Throws `ModelError` at an error chunk, and where this is no answer at all. */
  feed(bytes: Uint8Array): void {
    this.#parse(this.#decoder.decode(bytes, { stream: true }))
  }

  /** A whole answer in one JSON body, from a server that does not stream. */
  feedWhole(body: string): void {
    const chunk = parseChunk(body)
    if (!chunk) throw modelError('UPSTREAM_REJECTED')
    this.#chunk(chunk)
    this.#done = true
    this.#flush()
  }

  /** Call at the end of the stream. Throws `UPSTREAM_TRUNCATED` where the answer was not whole. */
  end(): ModelEnd {
    // A server may leave out the empty line after its last event.
    if (!this.#done) this.#parse(`${this.#decoder.decode()}\n\n`)
    if (!this.finished) throw modelError('UPSTREAM_TRUNCATED')
    if (this.#pending && !this.#cut) this.#emit(this.#pending)
    const finishReason = readFinishReason(this.#finishReason)
    if (finishReason === 'content_filter' && this.#chars === 0) throw modelError('CONTENT_FILTERED')
    return { finishReason, model: this.#model, ...(this.#usage && { usage: this.#usage }) }
  }

  /** Pieces that came together go on together: one call of the sink per read, not per token. */
  #parse(text: string): void {
    try {
      const event = this.#between ? onlyEvent(text) : null
      if (event !== null) {
        this.#event(event)
        return
      }
      this.#between = text.endsWith('\n\n')
      this.#parser.feed(text)
    } finally {
      this.#flush()
    }
  }

  #event(data: string): void {
    if (this.#done) return
    if (data === '[DONE]') {
      this.#done = true
      return
    }
    const value = parseJson(data)
    const text = plainText(value)
    if (text !== null) {
      this.#text(text)
      return
    }
    const chunk = readChunk(value)
    if (chunk) this.#chunk(chunk)
    else this.#skip()
  }

  #chunk({ text, reasoning, model, finishReason, usage, error }: Chunk): void {
    if (model) this.#model = model
    if (usage) this.#usage = usage
    if (reasoning) this.#reasoning(reasoning)
    if (text) this.#text(text)
    if (error) throw modelError(sortError(error, 200))
    if (finishReason === 'error') throw modelError('UPSTREAM_UNAVAILABLE')
    if (finishReason) this.#finishReason = finishReason
  }

  /** Between pieces of an answer it proves life, and is left out. */
  #reasoning(text: string): void {
    this.#options.sink.token()
    if (this.#chars === 0) this.#options.sink.reasoning(text.toWellFormed())
  }

  #text(text: string): void {
    this.#options.sink.token()
    const room = this.#options.maxAnswerChars - this.#chars
    this.#chars += Math.min(text.length, room)
    this.#pending += text.length > room ? text.slice(0, room) : text
    if (text.length <= room) return
    this.#finishReason = 'length'
    this.#done = true
    this.#cut = true
  }

  #flush(): void {
    const text = this.#pending
    if (!text) return
    // Some servers cut an emoji in two, each half in a chunk of its own: wait for the other half.
    const half = isHighSurrogate(text.charCodeAt(text.length - 1)) ? 1 : 0
    this.#pending = half ? text.slice(-1) : ''
    if (text.length > half) this.#emit(half ? text.slice(0, -1) : text)
  }

  #emit(text: string): void {
    this.#options.sink.text(text.isWellFormed() ? text : text.toWellFormed())
  }

  #skip(): void {
    this.#garbage += 1
    if (this.#garbage > maxGarbage) throw modelError('UPSTREAM_REJECTED')
  }
}

/**
 * The data of the one event that a read is nearly always; null where it is anything else. For thousands of them a
 * second, and only between two events: what is begun is the parser's.
 */
function onlyEvent(text: string): string | null {
  const end = text.length - 2
  if (!text.startsWith('data: {') || text.indexOf('\n') !== end || text[end + 1] !== '\n')
    return null
  return text.includes('\r') ? null : text.slice(6, end)
}

function readFinishReason(reason: string | null): ModelEnd['finishReason'] {
  if (reason === 'length' || reason === 'max_tokens') return 'length'
  return reason === 'content_filter' ? 'content_filter' : 'stop'
}

function parseJson(data: string): unknown {
  try {
    return JSON.parse(data)
  } catch {
    return undefined
  }
}

function parseChunk(body: string): Chunk | null {
  const chunk = readChunk(parseJson(body))
  return chunk && (chunk.text !== undefined || chunk.finishReason || chunk.error) ? chunk : null
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff
}
