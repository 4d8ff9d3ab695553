/**
 * What a frame of tRPC's weighs, and the refusal of one that comes too fast. Used by `agent-socket.ts`, before
 * tRPC sees the frame.
 */
import { TRPC_ERROR_CODES_BY_KEY } from '@trpc/server/rpc'
import { z } from 'zod'
import { findFlaw } from '../../core/plain-input.ts'
import { transportRefusal } from '../trpc/transport-refusal.ts'
import { callsIn } from './calls-in-frame.ts'
import type { Dialect } from './dialect.ts'

/** Calls in one frame, or in one HTTP request. */
export const maxBatchSize = 100

/**
 * What `ws` lets through: a message's content may have `maxMessageBytes` by itself, JSON writes some
 * characters with six, and there is a call around it.
 */
export function maxPayload(maxMessageBytes: number): number {
  return maxMessageBytes * 6 + 4096
}

const call = z.looseObject({ method: z.string(), params: z.unknown() })
const calls = z.union([call.transform((one) => [one]), z.array(call)])

/**
 * Whether a frame is within `maxMessageBytes`. A longer one passes if it is calls, and each is within
 * it once for its content and once for the rest: a message of the full length has to fit, and so have
 * several that an outbox sends together after a reconnect.
 */
function fits(frame: Buffer, maxMessageBytes: number): boolean {
  if (frame.length <= maxMessageBytes) return true
  const value = parseFrame(frame)
  // What is written as JSON below is walked by recursion: a deep frame would end the process.
  if (findFlaw(value)) return false
  const parsed = calls.safeParse(value)
  return parsed.success && parsed.data.every((one) => isWithin(one, maxMessageBytes))
}

/** Whether a value is within `maxMessageBytes`, its `content` apart. It may not be deep. */
export function isWithin(value: object, maxMessageBytes: number): boolean {
  const rest = JSON.stringify(value, (key, inner: unknown) => {
    const isContent = key === 'content' && typeof inner === 'string'
    return isContent && Buffer.byteLength(inner) <= maxMessageBytes ? undefined : inner
  })
  return Buffer.byteLength(rest) <= maxMessageBytes
}

/** By hand: it is what a flood is refused with, and a schema takes ten times as long. */
function answerable(one: unknown): string | number | null {
  if (typeof one !== 'object' || one === null || !('id' in one) || !('method' in one)) return null
  const { id, method } = one
  if (typeof method !== 'string' || method === 'subscription.stop') return null
  return typeof id === 'string' || typeof id === 'number' ? id : null
}

/** An error for each call in a frame, in tRPC's form. */
function refuseEach(requests: readonly unknown[], error: object): string[] {
  const text = JSON.stringify(error)
  const answers: string[] = []
  for (const request of requests) {
    const id = answerable(request)
    if (id !== null) answers.push(`{"id":${JSON.stringify(id)},"error":${text}}`)
  }
  return answers
}

function requestsIn(frame: Buffer): readonly unknown[] {
  const parsed = parseFrame(frame)
  return Array.isArray(parsed) ? parsed : [parsed]
}

function tooManyRequests(retryAfterMs: number): object {
  return {
    code: -32029,
    message: 'Too many requests. Try again in a moment.',
    data: { code: 'TOO_MANY_REQUESTS', httpStatus: 429, reason: 'RATE_LIMITED', retryAfterMs },
  }
}

function tooFast(frame: Buffer, retryAfterMs: number): string[] {
  return refuseEach(requestsIn(frame), tooManyRequests(retryAfterMs))
}

/** Where something in it has no answer (a word of the protocol, the end of a subscription), it is let in. */
function overCalls(frame: Buffer, retryAfterMs: number): string[] | null {
  const requests = requestsIn(frame)
  const answers = refuseEach(requests, tooManyRequests(retryAfterMs))
  return answers.length === requests.length && answers.length > 0 ? answers : null
}

/** As tRPC would, which makes much more work of it. */
function tooMany(frame: Buffer): string[] {
  const { message, data } = transportRefusal({ code: 'BAD_REQUEST', message: 'Batch call' })
  const code = TRPC_ERROR_CODES_BY_KEY.BAD_REQUEST
  return refuseEach(requestsIn(frame), {
    code,
    message,
    data: { code: 'BAD_REQUEST', httpStatus: 400, ...data },
  })
}

/** What JSON a frame is; undefined where it is none. */
export function parseFrame(frame: Buffer): unknown {
  try {
    return JSON.parse(frame.toString('utf8'))
  } catch {
    return undefined
  }
}

export const trpcDialect: Dialect = { fits, callsIn, tooFast, overCalls, tooMany }
