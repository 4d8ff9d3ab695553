/** The answer to HTTP requests that come too fast: the contract's, in tRPC's form, before tRPC sees them. */
import type { ServerResponse } from 'node:http'
import { AgentError } from '../../core/errors.ts'
import { answerJson } from './answer.ts'

export function answerTooMany(response: ServerResponse, retryAfterMs: number): void {
  const { message, reason } = new AgentError('RATE_LIMITED')
  response.setHeader('retry-after', String(Math.ceil(retryAfterMs / 1000)))
  answerJson(response, 429, {
    error: {
      code: -32029,
      message,
      data: { code: 'TOO_MANY_REQUESTS', httpStatus: 429, reason, retryAfterMs },
    },
  })
}
