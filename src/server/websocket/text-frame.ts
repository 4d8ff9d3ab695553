/**
 * A text as one WebSocket frame (RFC 6455, section 5.2; a server's frames are not masked), ready for one write
 * to the network. `ws` writes header and payload apart, which costs a third more of the most frequent thing
 * that this server does. Nothing is compressed here, so nothing of `ws`'s waits that a frame could overtake.
 * Used by `agent-socket.ts`.
 */

import type { Writable } from 'node:stream'

/** Final, text. */
const firstByte = 0x81
const isWide = /[\u0080-\uffff]/

export function isAscii(text: string): boolean {
  return !isWide.test(text)
}

export function writeText(net: Writable, text: string, ascii = isAscii(text)): void {
  // Most of what is sent is ASCII: then the frame is a string too, and no buffer is made.
  if (ascii) {
    net.write(header(text.length) + text, 'latin1')
    return
  }
  const payload = Buffer.from(text)
  net.write(Buffer.concat([Buffer.from(header(payload.length), 'latin1'), payload]))
}

/** A character a byte. */
function header(length: number): string {
  if (length < 126) return String.fromCharCode(firstByte, length)
  if (length < 65_536) return String.fromCharCode(firstByte, 126, length >> 8, length & 0xff)
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(BigInt(length))
  return String.fromCharCode(firstByte, 127, ...bytes)
}
