/**
 * Calls over HTTP that are refused before tRPC sees them: it makes a `Request` of them, which throws at some
 * methods, and it would read forms and files, which no procedure takes. Used by `http-handler.ts`.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { TRPC_ERROR_CODES_BY_KEY } from '@trpc/server/rpc'
import { transportRefusal } from '../trpc/transport-refusal.ts'
import { answerJson } from './answer.ts'

const statuses = { METHOD_NOT_SUPPORTED: 405, UNSUPPORTED_MEDIA_TYPE: 415 } as const
export type RefusedCall = keyof typeof statuses

export function refusalOf({ method, headers }: IncomingMessage): RefusedCall | null {
  switch (method) {
    case 'GET':
    case 'HEAD':
      return null
    case 'POST':
      return isJson(headers['content-type']) ? null : 'UNSUPPORTED_MEDIA_TYPE'
    default:
      return 'METHOD_NOT_SUPPORTED'
  }
}

/** In tRPC's form, so that a client of it reads it. */
export function answerRefused(response: ServerResponse, code: RefusedCall): void {
  const { message, data } = transportRefusal({ code, message: '' })
  const httpStatus = statuses[code]
  if (code === 'METHOD_NOT_SUPPORTED') response.setHeader('allow', 'GET, HEAD, POST, OPTIONS')
  // The body is not read: what follows on this connection would be taken for a request.
  response.setHeader('connection', 'close')
  answerJson(response, httpStatus, {
    error: { code: TRPC_ERROR_CODES_BY_KEY[code], message, data: { code, httpStatus, ...data } },
  })
}

function isJson(contentType: string | undefined): boolean {
  return contentType?.split(';', 1)[0]?.trim().toLowerCase() === 'application/json'
}
