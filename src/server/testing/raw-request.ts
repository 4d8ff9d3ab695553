/** Bytes to a port, and the bytes that come back until the peer ends: for requests that no client sends. */
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'

export interface RawAnswer {
  status: number
  /** Head and body as they came. */
  text: string
}

export async function rawRequest(port: number, lines: readonly string[]): Promise<RawAnswer> {
  const socket = connect(port, '127.0.0.1')
  socket.write(`${lines.join('\r\n')}\r\n\r\n`)
  const answer = await text(socket)
  return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1]), text: answer }
}

/** An upgrade as a browser sends it, its lines changed by the test. */
export function upgradeLines(
  changes: { url?: string; host?: string; more?: readonly string[] } = {},
) {
  return [
    `GET ${changes.url ?? '/trpc'} HTTP/1.1`,
    `Host: ${changes.host ?? 'localhost'}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    ...(changes.more ?? []),
  ]
}
