/** What a page of another origin may do over HTTP: only the web app's own, and only with what tRPC sends. */
import type { IncomingMessage, ServerResponse } from 'node:http'

/** Lets the page of an allowed origin read the answer. */
export function allowOrigin({ headers }: IncomingMessage, response: ServerResponse): void {
  if (headers.origin === undefined) return
  response.setHeader('access-control-allow-origin', headers.origin)
  response.setHeader('vary', 'origin')
}

export function isPreflight({ method, headers }: IncomingMessage): boolean {
  return method === 'OPTIONS' && headers['access-control-request-method'] !== undefined
}

export function answerPreflight(response: ServerResponse): void {
  response
    .writeHead(204, {
      'access-control-allow-methods': 'GET, POST',
      'access-control-allow-headers': 'authorization, content-type, last-event-id, trpc-accept',
      'access-control-max-age': '600',
    })
    .end()
}
