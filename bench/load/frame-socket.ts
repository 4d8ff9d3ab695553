/**
 * The least WebSocket client that will do: text frames in, text frames out, over a bare `net.Socket`. The
 * load stands for thousands of readers on the same machine as the subject, so each frame has to cost next
 * to nothing, and all sockets read into one buffer. Used by the dialects.
 */
import { randomBytes } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import { nowUs } from '../clock.ts'
import { encodeFrame, FrameReader } from './frames.ts'

export interface FrameSocketOptions {
  port: number
  path: string
  /** Called with each text frame, and when its bytes arrived. */
  onText(text: string, atUs: number): void
  /** The other side closed it, or it broke. Not called after `destroy`. */
  onClose(reason: string): void
}

export interface FrameSocket {
  send(text: string): void
  /** Stops reading: the other side is left with what it sends. */
  pause(): void
  resume(): void
  /** Cuts the connection as a network does that goes away. */
  destroy(): void
}

const readBuffer = Buffer.allocUnsafe(256 * 1024)
const headerEnd = Buffer.from('\r\n\r\n')
const none = Buffer.alloc(0)

/** Resolves when the upgrade is through. */
export function openFrameSocket(options: FrameSocketOptions): Promise<FrameSocket> {
  const { port, path } = options
  return new Promise((resolve, reject) => {
    let upgraded = false
    let header: Buffer = none
    const frames = new FrameReader({
      text: options.onText,
      ping: (payload) => socket.write(encodeFrame(payload, 'pong')),
      close: (code) => ended(`closed with ${code}`),
    })

    function received(size: number): boolean {
      const bytes = readBuffer.subarray(0, size)
      if (upgraded) frames.feed(bytes, nowUs())
      else upgrade(bytes)
      return true
    }

    function upgrade(bytes: Buffer): void {
      header = Buffer.concat([header, bytes])
      const end = header.indexOf(headerEnd)
      if (end < 0) return
      const status = header.toString('latin1', 0, header.indexOf('\r\n'))
      if (!status.startsWith('HTTP/1.1 101')) return ended(`refused: ${status}`)
      upgraded = true
      resolve(clientOf(socket))
      const rest = header.subarray(end + headerEnd.length)
      header = none
      if (rest.length > 0) frames.feed(rest, nowUs())
    }

    function ended(reason: string): void {
      if (socket.destroyed) return
      socket.destroy()
      if (upgraded) options.onClose(reason)
      else reject(new Error(`${path}: ${reason}`))
    }

    const onread = { buffer: readBuffer, callback: received }
    const socket: Socket = connect({ host: '127.0.0.1', port, noDelay: true, onread })
    socket.once('error', (cause) => {
      if (upgraded) options.onClose(cause.message)
      else reject(cause)
    })
    socket.once('end', () => ended('ended'))
    socket.write(
      `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\n\r\n`,
    )
  })
}

function clientOf(socket: Socket): FrameSocket {
  return {
    send: (text) => void socket.write(encodeFrame(Buffer.from(text), 'text')),
    pause: () => void socket.pause(),
    resume: () => void socket.resume(),
    destroy: () => void socket.destroy(),
  }
}
