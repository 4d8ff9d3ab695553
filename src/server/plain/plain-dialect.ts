/** How frames on `/ws` are weighed, and refused where they come too fast. Used by `websocket-server.ts`. */
import { AgentError } from '../../core/errors.ts'
import { findFlaw } from '../../core/plain-input.ts'
import type { Dialect } from '../websocket/dialect.ts'
import { isWithin, parseFrame } from '../websocket/frames.ts'
import { requestIdOf } from './incoming-frames.ts'
import { refusalOf } from './outgoing-frames.ts'

export const plainDialect: Dialect = {
  fits(frame, maxMessageBytes) {
    if (frame.length <= maxMessageBytes) return true
    const value = parseFrame(frame)
    if (typeof value !== 'object' || value === null || findFlaw(value)) return false
    return isWithin(value, maxMessageBytes)
  },
  callsIn: () => 1,
  overCalls: () => null,
  tooMany: () => [],
  tooFast(frame, retryAfterMs) {
    const refusal = refusalOf(new AgentError('RATE_LIMITED', { retryAfterMs }), Date.now())
    return [JSON.stringify({ ...refusal, ...requestIdOf(parseFrame(frame)) })]
  },
}
