/**
 * Sockets that flood, each in its manner, and come back as soon as they are closed; and storms of connections that are
 * opened for nothing, or that nobody may open.
 */
import { encodeFrame } from '../load/frames.ts'
import { connectFrom, type Line, openLine, upgradeHead } from './line.ts'
import { type AbusePlan, perTick, tried } from './plan.ts'
import type { AbuseTally } from './tally.ts'

const text = (value: unknown) => encodeFrame(Buffer.from(JSON.stringify(value)), 'text')
const raw = (value: string) => encodeFrame(Buffer.from(value), 'text')
const ping = Buffer.from(encodeFrame(Buffer.from('x'.repeat(100)), 'pong'))
ping[0] = 0x89

const trpcPath = '/trpc?connectionParams=1'

let number = 0

/** Some of everything that may be called. */
function call({ sessionId }: AbusePlan): Buffer {
  const id = ++number
  const called = (method: string, path: string, input: object) =>
    text({ id, method, params: { path, input } })
  switch (id % 6) {
    case 0:
    case 1:
      return query({ sessionId })
    case 2:
      return called('subscription', 'session.events', { sessionId })
    case 3:
      return called('query', 'session.history', { sessionId })
    case 4:
      return called('query', 'session.list', {})
    default:
      return called('mutation', 'session.create', {})
  }
}

function query({ sessionId }: Pick<AbusePlan, 'sessionId'>): Buffer {
  const input = { sessionId, id: crypto.randomUUID(), content: 'More of it.' }
  return text({ id: ++number, method: 'mutation', params: { path: 'agent.query', input } })
}

/** How a socket floods: what its next frame is. */
const manners: ((plan: AbusePlan) => Buffer)[] = [
  call,
  query,
  call,
  () => ping,
  () => raw('{"id":'),
  call,
  () => text(Array.from({ length: 1000 }, (_, id) => ({ id, method: 'query', params: {} }))),
  () => raw('x'.repeat(1_000_000)),
]
const plainManners: typeof manners = [
  () => text({ type: 'query', content: 'More of it.', id: crypto.randomUUID() }),
  () => text({ type: 'command', content: '/help' }),
  () => raw('{"type":'),
  () => raw('x'.repeat(1_000_000)),
]
/** Of frames that are large by themselves fewer are enough: so many bytes at a tick. */
const mostBytes = 100_000

interface Flood {
  line: Line
  next(): Buffer
  due(): number
}

export function floodSockets(plan: AbusePlan, tally: AbuseTally): () => void {
  const hello = {
    [trpcPath]: text({ method: 'connectionParams', data: { token: plan.token } }),
    '/ws': text({ type: 'auth', token: plan.token }),
  }
  let opened = 0
  const open = (): Flood => {
    const at = opened++
    const isPlain = at % 4 === 3
    const path = isPlain ? '/ws' : trpcPath
    const of = isPlain ? plainManners : manners
    const manner = of[Math.floor(at / 4) % of.length] ?? call
    const line = openLine(plan, { path, hello: hello[path], tally })
    return { line, next: () => manner(plan), due: perTick(tried.frames) }
  }
  const floods = Array.from({ length: tried.sockets }, open)
  return () => {
    for (const [place, { line, next, due }] of floods.entries()) {
      if (line.state === 'closed') floods[place] = open()
      if (line.state !== 'open') continue
      const frames: Buffer[] = []
      let bytes = 0
      for (let left = due(); left > 0 && bytes < mostBytes; left--) {
        const frame = next()
        frames.push(frame)
        bytes += frame.length
      }
      tally.count('frames tried', frames.length)
      line.send(Buffer.concat(frames))
    }
  }
}

/** How long a connection stays that is opened for nothing, in ticks. */
const idleTicks = 100

export function stormOfOpenings(plan: AbusePlan, tally: AbuseTally): () => void {
  const due = perTick(tried.openings)
  const hello = text({ method: 'connectionParams', data: { token: plan.token } })
  const idle: { line: Line; untilTick: number }[] = []
  let tick = 0
  return () => {
    tick++
    for (let left = due(); left > 0; left--) {
      const line = openLine(plan, { path: trpcPath, hello, tally })
      idle.push({ line, untilTick: tick + idleTicks })
      tally.count('openings tried')
    }
    while (idle[0] && idle[0].untilTick <= tick) idle.shift()?.line.end()
  }
}

/** Upgrades that are refused whoever asks. */
export function forbiddenUpgrades(plan: AbusePlan, tally: AbuseTally): () => void {
  const due = perTick(tried.openings * 5)
  const heads = [
    upgradeHead(plan, trpcPath, { Origin: 'http://evil.example' }),
    upgradeHead(plan, trpcPath, { Host: 'a b' }),
    upgradeHead(plan, '/nothing'),
    upgradeHead(plan, trpcPath, { 'Sec-WebSocket-Key': 'x' }),
  ]
  let at = 0
  return () => {
    for (let left = due(); left > 0; left--) {
      const head = heads[at++ % heads.length]
      const socket = connectFrom(plan)
      let answer = ''
      socket.on('data', (data) => {
        answer ||= data.toString('latin1', 9, 12)
      })
      socket.on('close', () => tally.count(answer ? `upgrade ${answer}` : 'cut off'))
      if (head) socket.write(head)
      tally.count('forbidden upgrades tried')
    }
  }
}
