/** Plays a scenario against the target, and says what was wrong with what came back. Used by `fuzz.ts`. */
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { connect } from 'node:net'
import { WebSocket } from 'ws'
import { frameBytes } from './frames.ts'
import type { Entrance, Scenario, Step } from './steps.ts'
import { inTime, type Target } from './target.ts'
import {
  kindOfAnswer,
  wrongWithAnswer,
  wrongWithClose,
  wrongWithFrame,
  wrongWithPlainFrame,
} from './verdict.ts'

/** Hears of every answer: what fuzzing met says what it reached. */
export type Met = (kind: string) => void

/** Throws where an answer is not what the contract allows, or none comes. */
export async function play(
  target: Target,
  { entrance, steps }: Scenario,
  met: Met = () => {},
): Promise<void> {
  // What one does is not another's offence.
  const address = target.newAddress()
  const stranger = await openStranger(target, { entrance, address }, met)
  try {
    for (const step of steps) {
      if (step.kind === 'request') await request(target, { text: step.text, address }, met)
      else if (!stranger.isGone) await stranger.send(step)
    }
    await stranger.settled()
  } finally {
    await stranger.leave()
  }
  const [complaint] = target.complaints()
  if (complaint) throw new Error(`the server complained: ${complaint}`)
}

interface Stranger {
  readonly isGone: boolean
  send(step: Exclude<Step, { kind: 'request' }>): Promise<void>
  /** Resolves when the server has answered a question that was asked after all else, or has closed. */
  settled(): Promise<void>
  leave(): Promise<void>
}

/** As many frames at once, before the answer to a question is waited for. */
const atOnce = 8

async function openStranger(
  target: Target,
  { entrance, address }: { entrance: Entrance; address: string },
  met: Met,
): Promise<Stranger> {
  const way = wayOf(entrance, target)
  // A mask of noughts: with random ones, a scenario would not be the same twice.
  const socket = new WebSocket(way.url, {
    generateMask: (mask) => mask.fill(0),
    headers: { 'x-forwarded-for': address, ...way.headers },
  })
  let wrong: string | null = null
  let sentBytes = false
  let left = false
  let sent = 0
  const answered = new Map<string, () => void>()
  socket.on('error', () => {})
  socket.on('message', (data) => {
    const text = data.toString()
    wrong ??= way.wrongWithFrame(text)
    met(kindOfAnswer(text))
    const question = /"(?:id|requestId)":"([^"]+)"/.exec(text)?.[1]
    if (question) answered.get(question)?.()
  })
  const closed = once(socket, 'close').then(([code]: number[]) => {
    // Our own leaving is none of the server's doing.
    if (!left) wrong ??= wrongWithClose(code ?? 0, sentBytes)
    if (!left) met(`closed ${code}`)
  })
  await inTime('an upgrade', once(socket, 'open'))
  if (way.hello !== null) socket.send(way.hello)

  const settled = async () => {
    if (socket.readyState === WebSocket.OPEN && !sentBytes) {
      const id = randomUUID()
      const asked = new Promise<void>((resolve) => answered.set(id, resolve))
      socket.send(JSON.stringify(way.question(id)))
      await inTime('a question among the nonsense', Promise.race([asked, closed]))
      answered.delete(id)
    }
    if (wrong) throw new Error(wrong)
  }
  return {
    get isGone() {
      return socket.readyState !== WebSocket.OPEN
    },
    settled,
    async send(step) {
      if (step.kind === 'frame') {
        socket.send(target.filled(step.text))
        if (++sent % atOnce === 0) await settled()
        return
      }
      sentBytes = true
      const bytes = Buffer.concat(step.frames.map(frameBytes))
      netOf(socket).write(step.cut === null ? bytes : bytes.subarray(0, step.cut))
    },
    async leave() {
      left = true
      socket.terminate()
      await closed
    },
  }
}

interface Way {
  url: string
  headers: Record<string, string>
  /** Sent first. */
  hello: string | null
  wrongWithFrame: (text: string) => string | null
  /** What is answered, or refused, under this id. */
  question(id: string): object
}

function wayOf(entrance: Entrance, { server, filled }: Target): Way {
  switch (entrance.at) {
    case 'trpc':
      return {
        url: entrance.params === null ? server.wsUrl : `${server.wsUrl}?connectionParams=1`,
        headers: {},
        hello: entrance.params === null ? null : filled(entrance.params),
        wrongWithFrame,
        question: (id) => ({ id, method: 'query', params: { path: 'info' } }),
      }
    case 'plain': {
      const { query, bearer } = entrance
      return {
        url: `${server.wsUrl.replace(/trpc$/, 'ws')}${query === '' ? '' : `?${filled(query)}`}`,
        headers: bearer === null ? {} : { authorization: `Bearer ${filled(bearer)}` },
        hello: null,
        wrongWithFrame: wrongWithPlainFrame,
        question: (id) => ({ type: 'command', id, content: '/help' }),
      }
    }
  }
}

/** The connection below the client's: `ws` sends no broken frames. */
function netOf(socket: WebSocket): { write(bytes: Buffer): void } {
  return (socket as unknown as { _socket: { write(bytes: Buffer): void } })._socket
}

/** Of a stream of events so much is read; it has no end. */
const enoughChars = 2_000

async function request(
  target: Target,
  { text, address }: { text: string; address: string },
  met: Met,
): Promise<void> {
  const socket = connect({ port: target.server.port, host: '127.0.0.1' })
  let answer = ''
  socket.setEncoding('latin1')
  socket.on('error', () => {})
  const over = new Promise<void>((resolve) => {
    socket.on('data', (data) => {
      answer += String(data)
      const isStream =
        /^HTTP\/1\.1 (?:200|101)[\s\S]*(?:text\/event-stream|Upgrade: websocket)/i.test(answer)
      if ((isStream && answer.includes('\r\n\r\n')) || answer.length > 1_000_000) resolve()
    })
    socket.on('close', () => resolve())
  })
  // The end of what is sent is the end of what may be waited for.
  socket.end(withLength(target.filled(from(address, text))))
  try {
    await inTime('a request', over)
  } catch (cause) {
    throw new Error(`${String(cause)}: ${text.slice(0, enoughChars)}`)
  } finally {
    socket.destroy()
  }
  met(kindOfAnswer(answer))
  const wrong = wrongWithAnswer(answer)
  if (wrong) throw new Error(wrong)
}

/** The proxy's word, behind whatever the stranger says; where his text is too broken for it, it is nobody's. */
function from(address: string, text: string): string {
  const last = '\r\nConnection: close\r\n\r\n'
  return text.replace(last, () => `\r\nX-Forwarded-For: ${address}${last}`)
}

function withLength(text: string): string {
  const end = text.indexOf('\r\n\r\n')
  return text.replace('$length', String(end < 0 ? 0 : Buffer.byteLength(text.slice(end + 4))))
}
