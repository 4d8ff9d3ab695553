/**
 * A TCP connection to the agent server on which a test writes its bytes itself: upgrades that no client sends,
 * frames that no library builds. What comes back is read as HTTP, and after a 101 as WebSocket frames.
 */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** How it ended: the close frame's code and reason, or neither where the connection was just cut. */
export interface RawEnd {
  code: number | null
  reason: string
}

export interface RawSocket extends AsyncDisposable {
  readonly net: Socket
  /** Status and head of the answer to the upgrade; status 0 where it ended without. */
  readonly answered: Promise<{ status: number; head: string }>
  readonly ended: Promise<RawEnd>
  /** Text frames and pongs that came, in order. */
  readonly texts: string[]
  readonly pongs: number
  send(message: unknown): void
  /** The first text that came or comes, and matches; rejects where it ends without. */
  until(matches: (text: string) => boolean): Promise<string>
}

export const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const

export interface FrameParts {
  opcode?: number
  payload?: Buffer | string
  fin?: boolean
  /** The three reserved bits. */
  reserved?: number
  masked?: boolean
}

/** A client's frame; masked with noughts, so that its payload stands as it is. */
export function frameOf({
  opcode = opcodes.text,
  payload = '',
  fin = true,
  reserved = 0,
  masked = true,
}: FrameParts): Buffer {
  const body = Buffer.from(payload)
  const first = (fin ? 0x80 : 0) | (reserved << 4) | opcode
  const mask = masked ? 0x80 : 0
  const head =
    body.length < 126
      ? Buffer.from([first, mask | body.length])
      : body.length < 65_536
        ? Buffer.from([first, mask | 126, body.length >> 8, body.length & 255])
        : Buffer.concat([Buffer.from([first, mask | 127]), long(body.length)])
  return Buffer.concat([head, Buffer.alloc(masked ? 4 : 0), body])
}

function long(length: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(BigInt(length))
  return bytes
}

/** The lines of an upgrade as a browser sends it; a test changes them. */
export function upgradeLines({
  url = '/trpc?connectionParams=1',
  host = 'localhost',
  more = [],
}: {
  url?: string
  host?: string
  more?: readonly string[]
} = {}): string[] {
  return [
    `GET ${url} HTTP/1.1`,
    `Host: ${host}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    ...more,
  ]
}

/** Writes these lines as a request's head. Without a `token` nobody is named. */
export async function openRaw(
  port: number,
  { lines, token }: { lines: readonly string[]; token?: string },
): Promise<RawSocket> {
  const net = connect(port, '127.0.0.1')
  await once(net, 'connect')
  // A reset is an end like any other.
  net.on('error', () => undefined)
  const socket = readRaw(net)
  if (lines.length > 0) net.write(`${lines.join('\r\n')}\r\n\r\n`)
  if (token) socket.send({ method: 'connectionParams', data: { token } })
  return socket
}

function readRaw(net: Socket): RawSocket {
  const answered = Promise.withResolvers<{ status: number; head: string }>()
  const ended = Promise.withResolvers<RawEnd>()
  const end: RawEnd = { code: null, reason: '' }
  const texts: string[] = []
  const looking = new Set<() => void>()
  let bytes = Buffer.alloc(0)
  let open = false
  let pongs = 0
  let over = false

  const look = () => {
    for (const again of [...looking]) again()
  }
  /** One frame of the server's, unmasked; false where it is not whole yet. */
  const takeFrame = (): boolean => {
    const [first = 0, second = 0] = bytes
    const short = second & 127
    const headBytes = short < 126 ? 2 : short === 126 ? 4 : 10
    if (bytes.length < headBytes) return false
    const length =
      short < 126 ? short : short === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2))
    if (bytes.length < headBytes + length) return false
    const payload = bytes.subarray(headBytes, headBytes + length)
    bytes = bytes.subarray(headBytes + length)
    switch (first & 15) {
      case opcodes.text:
        texts.push(payload.toString())
        break
      case opcodes.pong:
        pongs++
        break
      case opcodes.close:
        end.code = length >= 2 ? payload.readUInt16BE(0) : 1005
        end.reason = payload.subarray(2).toString()
        break
    }
    return true
  }
  net.on('data', (data) => {
    bytes = Buffer.concat([bytes, data])
    if (!open) {
      const headEnd = bytes.indexOf('\r\n\r\n')
      if (headEnd < 0) return
      const head = bytes.subarray(0, headEnd).toString()
      const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1] ?? 0)
      answered.resolve({ status, head: status === 101 ? head : bytes.toString() })
      if (status !== 101) return
      open = true
      bytes = bytes.subarray(headEnd + 4)
    }
    while (bytes.length >= 2 && takeFrame());
    look()
  })
  net.on('close', () => {
    over = true
    answered.resolve({ status: 0, head: bytes.toString() })
    ended.resolve(end)
    look()
  })
  return {
    net,
    answered: answered.promise,
    ended: ended.promise,
    texts,
    get pongs() {
      return pongs
    },
    send(message) {
      const payload = typeof message === 'string' ? message : JSON.stringify(message)
      net.write(frameOf({ payload }))
    },
    until(matches) {
      return new Promise((resolve, reject) => {
        const again = () => {
          const found = texts.find(matches)
          if (found === undefined && !over) return
          looking.delete(again)
          if (found !== undefined) resolve(found)
          else reject(new Error(`it ended (${end.code} ${end.reason}) before that came`))
        }
        looking.add(again)
        again()
      })
    },
    async [Symbol.asyncDispose]() {
      net.destroy()
      await ended.promise
    },
  }
}
