/** WebSocket frames (RFC 6455, section 5), as far as the load needs them. Used by the frame socket. */

const opcodes = { text: 1, close: 8, ping: 9, pong: 10 } as const

/**
 * A frame from a client. It has to be masked: by a key of zeros, which leaves the payload as it is.
 */
export function encodeFrame(payload: Buffer, kind: 'text' | 'pong'): Buffer {
  const { length } = payload
  const first = 0x80 | opcodes[kind]
  const mask = 0x80
  if (length < 126) return Buffer.concat([Buffer.from([first, mask | length, 0, 0, 0, 0]), payload])
  const head = Buffer.alloc(length < 65_536 ? 8 : 14)
  head[0] = first
  if (length < 65_536) {
    head[1] = mask | 126
    head.writeUInt16BE(length, 2)
  } else {
    head[1] = mask | 127
    head.writeBigUInt64BE(BigInt(length), 2)
  }
  return Buffer.concat([head, payload])
}

export interface FrameHandlers {
  text(text: string, atUs: number): void
  ping(payload: Buffer): void
  close(code: number): void
}

/** Takes a server's bytes as they come. What it is fed is not kept: a rest is copied. */
export class FrameReader {
  readonly #handlers: FrameHandlers
  #rest: Buffer | null = null

  constructor(handlers: FrameHandlers) {
    this.#handlers = handlers
  }

  feed(chunk: Buffer, atUs: number): void {
    const bytes = this.#rest ? Buffer.concat([this.#rest, chunk]) : chunk
    let at = 0
    for (let end = frameEnd(bytes, at); end > 0 && end <= bytes.length; end = frameEnd(bytes, at)) {
      this.#take(bytes, at, end, atUs)
      at = end
    }
    // A rest that was joined is a copy already.
    const rest = at < bytes.length ? bytes.subarray(at) : null
    this.#rest = rest && bytes === chunk ? Buffer.from(rest) : rest
  }

  #take(bytes: Buffer, at: number, end: number, atUs: number): void {
    const payload = at + headLength(bytes, at)
    // Final, no extension, and no mask: a server's frame.
    const opcode = (bytes[at] ?? 0) ^ 0x80
    if (opcode === opcodes.text) {
      this.#handlers.text(bytes.toString('utf8', payload, end), atUs)
    } else if (opcode === opcodes.ping) {
      this.#handlers.ping(Buffer.from(bytes.subarray(payload, end)))
    } else if (opcode === opcodes.close) {
      this.#handlers.close(end - payload < 2 ? 1005 : bytes.readUInt16BE(payload))
    } else if (opcode !== opcodes.pong) {
      throw new Error(`a frame that the load does not know: 0x${bytes[at]?.toString(16)}`)
    }
  }
}

function headLength(bytes: Buffer, at: number): number {
  const length = bytes[at + 1] ?? 0
  return length < 126 ? 2 : length === 126 ? 4 : 10
}

/** Where the frame ends that begins at `at`; 0 where its head is not there yet. */
function frameEnd(bytes: Buffer, at: number): number {
  if (bytes.length < at + 2) return 0
  const head = headLength(bytes, at)
  if (bytes.length < at + head) return 0
  const length = bytes[at + 1] ?? 0
  if (length < 126) return at + head + length
  if (length === 126) return at + head + bytes.readUInt16BE(at + 2)
  return at + head + Number(bytes.readBigUInt64BE(at + 2))
}
