/**
 * A plan: what the simulator does with one request. Tests and programs make them, in process or as JSON over
 * HTTP; what a plan leaves out happens as it does without one.
 */
import { z } from 'zod'

const count = z.int().nonnegative()

export const pace = z.strictObject({
  /** Until the first token. */
  firstTokenMs: z.number().nonnegative().max(3_600_000),
  /** 0: as fast as the reader reads. */
  tokensPerSecond: z.number().nonnegative().max(100_000),
})
export type Pace = z.infer<typeof pace>

/** A response that is no stream: any status, any body. */
const statusFault = z.strictObject({
  kind: z.literal('status'),
  status: z.int().min(200).max(599),
  /** Unset: the error as OpenRouter words it. */
  body: z.union([z.string(), z.record(z.string(), z.unknown())]).optional(),
  contentType: z.string().optional(),
  /** The header as it is sent: seconds, or a date. */
  retryAfter: z.string().optional(),
  location: z.string().optional(),
})

const errorChunkFault = z.strictObject({
  kind: z.literal('error-chunk'),
  afterTokens: count.default(0),
  code: z.union([z.string(), z.number()]).optional(),
  message: z.string().default('Provider returned error'),
  metadata: z.record(z.string(), z.unknown()).optional(),
  /** Real ones come with `choices` and `finish_reason: "error"`, and without. */
  choices: z.boolean().default(true),
})

export const fault = z.discriminatedUnion('kind', [
  statusFault,
  errorChunkFault,
  /** The connection is reset: before any answer, or after the headers and so many tokens. */
  z.strictObject({ kind: z.literal('reset'), afterTokens: count.optional() }),
  /** Silence, with the connection open. */
  z.strictObject({ kind: z.literal('stall'), afterTokens: count.default(0) }),
  /** Nothing but comments from here on, one every so often. */
  z.strictObject({
    kind: z.literal('comments-only'),
    afterTokens: count.default(0),
    everyMs: z.number().positive().default(100),
  }),
  /** Lines that are no JSON, then the answer goes on. */
  z.strictObject({
    kind: z.literal('garbage'),
    afterTokens: count.default(0),
    lines: z.int().positive().default(1),
    line: z.string().default('data: <html>oops</html>'),
  }),
  /** The stream ends properly, but for the finish, the usage and `[DONE]`. */
  z.strictObject({ kind: z.literal('truncate'), afterTokens: count.default(0) }),
  /** Everything but `[DONE]`, and the connection stays open. */
  z.strictObject({ kind: z.literal('no-end') }),
])
export type Fault = z.infer<typeof fault>

export const plan = z.strictObject({
  /** The answer, cut into tokens by the simulator. */
  text: z.string().optional(),
  /** The answer, in exactly these pieces. */
  tokens: z.array(z.string()).optional(),
  /** An answer of so many tokens of filler. */
  size: count.max(10_000_000).optional(),
  pace: pace.partial().optional(),
  /** Until the headers are sent. */
  headersMs: z.number().nonnegative().optional(),
  /** `: OPENROUTER PROCESSING` so many times before the first token. */
  comments: count.max(1_000).optional(),
  /** So many chunks of the model's reasoning before the first token. */
  reasoning: count.max(10_000).optional(),
  /** Sends so many tokens (or not even the headers), then waits for `release`. */
  hold: z.union([count, z.literal('headers')]).optional(),
  finishReason: z.string().nullable().optional(),
  usage: z
    .strictObject({ promptTokens: count, completionTokens: count, costUsd: z.number().optional() })
    .nullable()
    .optional(),
  /** How the bytes are cut on their way: one by one, or in the middle of each character of several bytes. */
  slices: z.enum(['bytes', 'characters']).optional(),
  fault: fault.optional(),
})
/** As a caller writes it: what has a default may be left out. */
export type PlanInput = z.input<typeof plan>
export type Plan = z.infer<typeof plan>
