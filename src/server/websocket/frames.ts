/**
 * What a frame weighs, and the refusal of one that comes too fast. Used by `agent-socket.ts`, before
 * tRPC sees the frame.
 */
import { z } from 'zod'
import { findFlaw } from '../../core/plain-input.ts'

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
export function fits(frame: Buffer, maxMessageBytes: number): boolean {
  if (frame.length <= maxMessageBytes) return true
  const value = parse(frame)
  // What is written as JSON below is walked by recursion: a deep frame would end the process.
  if (findFlaw(value)) return false
  const parsed = calls.safeParse(value)
  if (!parsed.success) return false
  return parsed.data.every((one) => {
    const rest = JSON.stringify(one, (key, value: unknown) => {
      const isContent = key === 'content' && typeof value === 'string'
      return isContent && Buffer.byteLength(value) <= maxMessageBytes ? undefined : value
    })
    return Buffer.byteLength(rest) <= maxMessageBytes
  })
}

const numbered = z.object({ id: z.union([z.string(), z.number()]), method: z.string() })
const answerable = z.array(z.unknown()).transform((all) =>
  all.flatMap((one) => {
    const request = numbered.safeParse(one)
    return request.success && request.data.method !== 'subscription.stop' ? [request.data.id] : []
  }),
)

/** The answers to a frame that came too fast: one for each call in it, in tRPC's form. */
export function tooFast(frame: Buffer, retryAfterMs: number): string[] {
  const parsed = parse(frame)
  return answerable.parse(Array.isArray(parsed) ? parsed : [parsed]).map((id) =>
    JSON.stringify({
      id,
      error: {
        code: -32029,
        message: 'Too many requests. Try again in a moment.',
        data: { code: 'TOO_MANY_REQUESTS', httpStatus: 429, reason: 'RATE_LIMITED', retryAfterMs },
      },
    }),
  )
}

function parse(frame: Buffer): unknown {
  try {
    return JSON.parse(frame.toString('utf8'))
  } catch {
    return undefined
  }
}
