/**
 * One chunk of the model's stream, parsed at the edge. Nearly all chunks are a piece of text and nothing
 * else: those take the short way, a guard by hand. The schema reads the rest, and is lenient where servers
 * differ: what a field may not be is taken as absent.
 */
import { z } from 'zod'
import type { UpstreamError } from './failure.ts'

const text = z.string().nullish().catch(undefined)
/** A name that is kept with the answer and shown: nothing else may come in by it. */
const modelName = z
  .string()
  .max(200)
  .regex(/^[\x20-\x7e]*$/)
  .nullish()
  .catch(undefined)
const count = z.int().nonnegative().optional().catch(undefined)

const errorFields = z.object({
  code: z.union([z.string(), z.number()]).nullish().catch(undefined),
  type: text,
  message: text,
  metadata: z
    .object({ error_type: text, flagged_input: z.unknown(), reasons: z.unknown() })
    .partial()
    .nullish()
    .catch(undefined),
})

/** Whatever stands under `error` is an error, unless it is empty. */
const errorBody = z.preprocess(
  (value) => (typeof value === 'string' && value ? { message: value } : value || null),
  errorFields.nullable().catch({}),
)

/** What was thought in a form that can be read; an encrypted one has neither field. */
const reasoningDetail = z.object({ text, summary: text }).catch({})

const piece = z
  .object({
    content: text,
    reasoning: text,
    reasoning_content: text,
    reasoning_details: z.array(reasoningDetail).nullish().catch(undefined),
  })
  .nullish()
  .catch(undefined)

const choice = z.object({ delta: piece, message: piece, finish_reason: text, error: errorBody })

const chunkSchema = z.object({
  model: modelName,
  choices: z.array(choice).nullish().catch(undefined),
  usage: z
    .object({
      prompt_tokens: count,
      completion_tokens: count,
      // US dollars: one answer for a million is a mistake of the server's.
      cost: z.number().nonnegative().max(1_000_000).optional().catch(undefined),
    })
    .nullish()
    .catch(undefined),
  error: errorBody,
})

type ErrorFields = z.infer<typeof errorFields>

/** What a chunk says. All may be absent: a role chunk says nothing. */
export interface Chunk {
  text?: string
  /** What the model thinks aloud. */
  reasoning?: string
  model?: string
  finishReason?: string
  usage?: { promptTokens: number; completionTokens: number; costUsd?: number }
  error?: UpstreamError
}

/** The text of a chunk that is nothing but a piece of the answer; null for every other chunk. */
export function plainText(value: unknown): string | null {
  if (!isRecord(value) || value.error != null || value.usage != null) return null
  const { choices } = value
  if (!Array.isArray(choices)) return null
  const first: unknown = choices[0]
  if (!isRecord(first) || first.finish_reason != null || first.error != null) return null
  const { delta } = first
  return isRecord(delta) && typeof delta.content === 'string' && delta.content !== ''
    ? delta.content
    : null
}

/** Returns null where the value is no chunk. A whole answer (`message`) reads as one chunk. */
export function readChunk(value: unknown): Chunk | null {
  const parsed = chunkSchema.safeParse(value)
  if (!parsed.success) return null
  const { model, choices, usage, error } = parsed.data
  const first = choices?.[0]
  const said = first?.delta ?? first?.message
  const reasoning =
    said?.reasoning || said?.reasoning_content || readDetails(said?.reasoning_details)
  const failure = error ?? first?.error
  return {
    ...(said?.content ? { text: said.content } : {}),
    ...(reasoning ? { reasoning } : {}),
    ...(model ? { model } : {}),
    ...(first?.finish_reason ? { finishReason: first.finish_reason } : {}),
    ...(usage ? { usage: readUsage(usage) } : {}),
    ...(failure ? { error: readError(failure) } : {}),
  }
}

/** Where a server sends the plain field too, it says the same: then this is not read. */
function readDetails(details: { text?: Words; summary?: Words }[] | null | undefined): string {
  return details?.map((detail) => detail.text || detail.summary || '').join('') ?? ''
}
type Words = string | null | undefined

/** The error in the body of an answer that is none; an empty one where there is nothing to read. */
export function readErrorBody(body: string): UpstreamError {
  try {
    const value: unknown = JSON.parse(body)
    // Some servers put the fields at the top, without an `error` around them.
    return readChunk(value)?.error ?? readError(errorFields.parse(value))
  } catch {
    return {}
  }
}

function readUsage(usage: {
  prompt_tokens?: number | undefined
  completion_tokens?: number | undefined
  cost?: number | undefined
}): NonNullable<Chunk['usage']> {
  const { prompt_tokens: promptTokens = 0, completion_tokens: completionTokens = 0, cost } = usage
  return { promptTokens, completionTokens, ...(cost === undefined ? {} : { costUsd: cost }) }
}

function readError({ code, type, message, metadata }: ErrorFields): UpstreamError {
  const flagged = metadata?.flagged_input !== undefined || metadata?.reasons !== undefined
  return { code, type, message, errorType: metadata?.error_type, flagged }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
