/**
 * One user who does a hundred times what the limits let him, from one address: connections, frames, queries and
 * subscriptions. A process of its own, so that it takes no time from those who measure. Told by IPC what to do;
 * used by `one-abuser.test.ts`.
 *
 * It sends what it sends as fast as the server takes it, up to the rates that it is told.
 */
import { createConnection, type Socket } from 'node:net'
import { z } from 'zod'
import { frameOf, opcodes, upgradeLines } from './raw-socket.ts'

const order = z.object({
  port: z.int(),
  token: z.string(),
  address: z.string(),
  sessionId: z.string(),
  /** Connections that it tries to hold, and frames a second on each. */
  connections: z.int(),
  framesPerSecond: z.int(),
})
type Order = z.infer<typeof order>

const tickMs = 20

/** What it came to, for the test to see that it was an abuse. */
const tally = { opened: 0, refused: 0, closed: 0, frames: 0 }

function abuse(order: Order): void {
  const head = Buffer.from(
    `${upgradeLines({ more: [`X-Forwarded-For: ${order.address}`] }).join('\r\n')}\r\n\r\n`,
  )
  const hello = frameOf({
    payload: JSON.stringify({ method: 'connectionParams', data: { token: order.token } }),
  })
  const open = () => {
    const net = createConnection(order.port, '127.0.0.1')
    let upgraded = false
    const again = () => {
      clearInterval(timer)
      tally.closed++
      setTimeout(open, tickMs)
    }
    net.on('error', () => undefined)
    net.on('close', again)
    net.once('data', (data) => {
      upgraded = data.toString('latin1', 0, 12) === 'HTTP/1.1 101'
      if (upgraded) tally.opened++
      else tally.refused++
      if (upgraded) net.write(hello)
    })
    net.write(head)
    const timer = setInterval(() => {
      if (upgraded) flood(net, order)
    }, tickMs)
  }
  for (let i = 0; i < order.connections; i++) open()
}

let number = 0

function flood(net: Socket, { sessionId, framesPerSecond }: Order): void {
  const frames: Buffer[] = []
  for (let i = 0; i < (framesPerSecond * tickMs) / 1000; i++) {
    if (net.writableNeedDrain || net.destroyed) break
    frames.push(frame(sessionId))
  }
  tally.frames += frames.length
  if (frames.length > 0) net.write(Buffer.concat(frames))
}

/** Some of everything. */
function frame(sessionId: string): Buffer {
  const id = ++number
  const call = (method: string, path: string, input: object) =>
    frameOf({ payload: JSON.stringify({ id, method, params: { path, input } }) })
  switch (id % 6) {
    case 0:
      return call('mutation', 'agent.query', {
        sessionId,
        id: crypto.randomUUID(),
        content: 'More of it.',
      })
    case 1:
      return call('subscription', 'session.events', { sessionId })
    case 2:
      return call('query', 'session.history', { sessionId })
    case 3:
      return call('query', 'session.list', {})
    case 4:
      return frameOf({ opcode: opcodes.ping, payload: 'x'.repeat(100) })
    default:
      return call('mutation', 'session.create', {})
  }
}

process.on('message', (message) => {
  if (message === 'tally') process.send?.(tally)
  else abuse(order.parse(message))
})
process.on('disconnect', () => process.exit())
