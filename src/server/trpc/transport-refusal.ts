/**
 * What tRPC itself refuses, in our words: its own messages quote paths, headers and the parser. Used by the
 * formatter of `init.ts`, and by the HTTP side for what never reaches tRPC.
 */
import type { TRPCError } from '@trpc/server'
import type { Reason } from '../../core/errors.ts'
import type { TransportReason } from './replies.ts'

export interface TransportRefusal {
  message: string
  data: { reason: Reason | TransportReason; fields?: Record<string, string> }
}

export function transportRefusal({
  code,
  message,
}: Pick<TRPCError, 'code' | 'message'>): TransportRefusal {
  switch (code) {
    case 'NOT_FOUND':
      return refusal('There is no such procedure.', 'NO_SUCH_PROCEDURE')
    case 'METHOD_NOT_SUPPORTED':
      return refusal('This procedure is called in another way.', 'NO_SUCH_PROCEDURE')
    case 'PARSE_ERROR':
      return refusal('The message could not be parsed.', 'INVALID_INPUT')
    case 'UNSUPPORTED_MEDIA_TYPE':
      return refusal('The content type must be application/json.', 'INVALID_INPUT')
    case 'PAYLOAD_TOO_LARGE':
      return refusal('The request is too large.', 'INVALID_INPUT')
    default:
      return invalid(message)
  }
}

function refusal(message: string, reason: Reason | TransportReason): TransportRefusal {
  return { message, data: { reason } }
}

/** Of tRPC's messages, those that say something that its caller can mend. */
function invalid(said: string): TransportRefusal {
  const fields: Record<string, string> = said.startsWith('Duplicate id')
    ? { id: 'is in use on this connection' }
    : said.startsWith('Batch call')
      ? { input: 'has too many calls' }
      : { input: 'could not be read' }
  return { message: 'The input is not valid.', data: { reason: 'INVALID_INPUT', fields } }
}
