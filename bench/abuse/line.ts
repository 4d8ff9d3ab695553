/**
 * One connection of the abuser's: it reads no more of what comes than what it was told with. Used for sockets that
 * flood and for openings in storms.
 */
import { connect, type Socket } from 'node:net'
import { FrameReader } from '../load/frames.ts'
import type { AbusePlan } from './plan.ts'
import type { AbuseTally } from './tally.ts'

export interface Line {
  readonly state: 'opening' | 'open' | 'closed'
  readonly path: string
  /** False where the other side takes no more now. */
  send(bytes: Buffer): boolean
  end(): void
}

const headEnd = '\r\n\r\n'

export function connectFrom({ port, localAddress }: AbusePlan, host = '127.0.0.1'): Socket {
  const socket = connect({ port, host, localAddress, noDelay: true })
  // A reset is an answer like any other.
  socket.on('error', () => undefined)
  return socket
}

/** The head of an upgrade; `changes` takes the place of the lines of the same name. */
export function upgradeHead(
  { forwardedFor }: AbusePlan,
  path: string,
  changes: Record<string, string> = {},
): Buffer {
  const lines = {
    Host: 'localhost',
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
    ...(forwardedFor !== null && { 'X-Forwarded-For': forwardedFor }),
    ...changes,
  }
  const text = Object.entries(lines).map(([name, value]) => `${name}: ${value}`)
  return Buffer.from([`GET ${path} HTTP/1.1`, ...text, '', ''].join('\r\n'))
}

export function openLine(
  plan: AbusePlan,
  { path, hello, tally }: { path: string; hello: Buffer | null; tally: AbuseTally },
): Line {
  const socket = connectFrom(plan)
  let state: Line['state'] = 'opening'
  let head = ''
  let closedWith: number | null = null
  const frames = new FrameReader({
    text: (text) => {
      const reason = /"(?:reason|code)":"([A-Z_]{6,})"/.exec(text)?.[1]
      tally.count(reason ? `told ${reason}` : 'answered')
    },
    ping: () => undefined,
    close: (code) => {
      closedWith = code
    },
  })
  socket.on('data', (data) => {
    if (state === 'open') return frames.feed(data, 0)
    head += data.toString('latin1')
    const end = head.indexOf(headEnd)
    if (end < 0) return
    const status = head.slice(9, 12)
    tally.count(`upgrade ${status}`)
    if (status !== '101') return
    state = 'open'
    if (hello) socket.write(hello)
    const rest = Buffer.from(head.slice(end + headEnd.length), 'latin1')
    if (rest.length > 0) frames.feed(rest, 0)
  })
  socket.on('close', () => {
    if (state === 'open') tally.count(`closed ${closedWith ?? 'without a word'}`)
    else if (head === '') tally.count('cut off')
    state = 'closed'
  })
  socket.write(upgradeHead(plan, path))
  return {
    get state() {
      return state
    },
    path,
    send: (bytes) => !socket.writableNeedDrain && !socket.destroyed && socket.write(bytes),
    end: () => void socket.destroy(),
  }
}
