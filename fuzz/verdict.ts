/**
 * What a server may answer to nonsense: errors of the contract, each with its code and reason, and never
 * what is inside. Used by `play.ts`.
 */
import { z } from 'zod'

/** tRPC's codes that the contract or HTTP gives a meaning. */
const codes = new Set([
  'PARSE_ERROR',
  'BAD_REQUEST',
  'UNAUTHORIZED',
  'FORBIDDEN',
  'NOT_FOUND',
  'METHOD_NOT_SUPPORTED',
  'CONFLICT',
  'PAYLOAD_TOO_LARGE',
  'UNSUPPORTED_MEDIA_TYPE',
  'TOO_MANY_REQUESTS',
])
const reasons = new Set([
  'INVALID_INPUT',
  'NO_TOKEN',
  'BAD_TOKEN',
  'TOKEN_EXPIRED',
  'FORBIDDEN',
  'SESSION_NOT_FOUND',
  'MESSAGE_NOT_FOUND',
  'NO_SUCH_PROCEDURE',
  'ID_CONFLICT',
  'RATE_LIMITED',
  'QUEUE_FULL',
  'BUDGET_EXCEEDED',
])
const statuses = new Set([
  101, 200, 204, 207, 400, 401, 403, 404, 405, 408, 409, 413, 415, 417, 426, 429, 431,
])
/** Of frames that are whole. Broken bytes may be a close with any code, which is echoed, and may be cut off. */
const closeCodes = new Set([1000, 1002, 1005, 1007, 1008, 1009, 4401, 4404, 4429])

const inside = /node_modules|\bat [^ ]+ \(|\.ts:\d|node:internal|SQLITE|sqlite|Maximum call stack/

const failure = z.looseObject({
  message: z.string(),
  data: z.looseObject({ code: z.string(), reason: z.string() }),
})

/** What is wrong with a frame; null where nothing is. */
export function wrongWithFrame(text: string): string | null {
  if (text === 'PONG' || text === 'PING') return null
  const frame = parse(text)
  if (typeof frame !== 'object' || frame === null)
    return `a frame that is no answer: ${short(text)}`
  return 'error' in frame ? wrongWithError(frame.error) : null
}

const plainError = z.looseObject({ code: z.string(), seq: z.number().optional() })

/** The same on `/ws`, where what is not in the log has no number. */
export function wrongWithPlainFrame(text: string): string | null {
  const frame = parse(text)
  if (typeof frame !== 'object' || frame === null || !('type' in frame)) {
    return `a frame that is no event: ${short(text)}`
  }
  if (frame.type !== 'error') return null
  const parsed = plainError.safeParse(frame)
  if (!parsed.success || parsed.data.code === 'INTERNAL')
    return `an unexpected error: ${short(text)}`
  if (parsed.data.seq === undefined && !reasons.has(parsed.data.code)) {
    return `a reason that nobody knows: ${short(text)}`
  }
  return inside.test(text) ? `something from inside: ${short(text)}` : null
}

export function wrongWithClose(code: number, afterBytes: boolean): string | null {
  const isRight = afterBytes ? code !== 1011 : closeCodes.has(code)
  return isRight ? null : `closed with ${code}`
}

/** What an answer was, for the tally: its error's reason, or `ok`. */
export function kindOfAnswer(text: string): string {
  const status = /^HTTP\/1\.1 (\d{3})/.exec(text)?.[1]
  const reason = /"reason":"([A-Z_]+)"/.exec(text)?.[1]
  return `${status ? `${status} ` : ''}${reason ?? (status ? '' : 'ok')}`.trim()
}

/** Of a whole HTTP answer as it came; an empty one is a connection that was closed, which may be. */
export function wrongWithAnswer(whole: string): string | null {
  const text = whole.replace(/^HTTP\/1\.1 100 Continue\r\n\r\n/, '')
  if (text === '') return null
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1])
  if (!statuses.has(status)) return `status ${status}: ${short(text)}`
  const body = text.slice(text.indexOf('\r\n\r\n') + 4)
  if (status >= 400 && inside.test(body)) return `something from inside: ${short(body)}`
  for (const line of body.split('\n')) {
    // Server-sent events have an error as the data of one.
    const event = /^data: (\{"code":.*)/.exec(line)?.[1]
    const answers = event ? [{ error: parse(event) }] : [parse(line)].flat()
    for (const answer of answers) {
      if (typeof answer !== 'object' || answer === null || !('error' in answer)) continue
      // `{ "error": "…" }` is what the paths beside tRPC say.
      if (typeof answer.error === 'string') continue
      const wrong = wrongWithError(answer.error)
      if (wrong) return wrong
    }
  }
  return null
}

function wrongWithError(error: unknown): string | null {
  const parsed = failure.safeParse(error)
  const shown = short(JSON.stringify(error))
  if (!parsed.success) return `an error without code and reason: ${shown}`
  const { message, data } = parsed.data
  if (message === 'Internal error' || !codes.has(data.code)) return `an unexpected error: ${shown}`
  if (!reasons.has(data.reason)) return `a reason that nobody knows: ${shown}`
  if (inside.test(JSON.stringify(error))) return `something from inside: ${shown}`
  return JSON.stringify(error).length > 20_000 ? `an error that is too long: ${shown}` : null
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function short(text: string): string {
  return text.length > 500 ? `${text.slice(0, 500)}…` : text
}
