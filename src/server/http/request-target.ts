/**
 * What a request asks for, or null where its URL or its Host header is broken. Looked at before anything
 * else sees the request: tRPC's WebSocket adapter throws on these in an event handler, and one request
 * with `Host: a b` ended the process.
 */
import type { IncomingMessage } from 'node:http'

export function requestTarget({ url, headers }: IncomingMessage): URL | null {
  return URL.parse(url ?? '', `http://${headers.host ?? 'localhost'}`)
}
