/** Plays a scenario against the target, and says what was wrong with what came back. Used by `fuzz.ts`. */
import { once } from 'node:events'
import { connect } from 'node:net'
import { WebSocket } from 'ws'
import { frameBytes } from './frames.ts'
import type { Scenario, Step } from './steps.ts'
import { inTime, type Target } from './target.ts'
import { kindOfAnswer, wrongWithAnswer, wrongWithClose, wrongWithFrame } from './verdict.ts'

/** Hears of every answer: what fuzzing met says what it reached. */
export type Met = (kind: string) => void

/** Throws where an answer is not what the contract allows, or none comes. */
export async function play(
  target: Target,
  { params, steps }: Scenario,
  met: Met = () => {},
): Promise<void> {
  const stranger = await openStranger(target, params, met)
  try {
    for (const step of steps) {
      if (step.kind === 'request') await request(target, step.text, met)
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

async function openStranger(target: Target, params: string | null, met: Met): Promise<Stranger> {
  const url = params === null ? target.server.wsUrl : `${target.server.wsUrl}?connectionParams=1`
  // A mask of noughts: with random ones, a scenario would not be the same twice.
  const socket = new WebSocket(url, { generateMask: (mask) => mask.fill(0) })
  let wrong: string | null = null
  let sentBytes = false
  let left = false
  let sent = 0
  let questions = 0
  const answered = new Map<string, () => void>()
  socket.on('error', () => {})
  socket.on('message', (data) => {
    const text = data.toString()
    wrong ??= wrongWithFrame(text)
    met(kindOfAnswer(text))
    const question = /^\{"id":"(question-\d+)"/.exec(text)?.[1]
    if (question) answered.get(question)?.()
  })
  const closed = once(socket, 'close').then(([code]: number[]) => {
    // Our own leaving is none of the server's doing.
    if (!left) wrong ??= wrongWithClose(code ?? 0, sentBytes)
    if (!left) met(`closed ${code}`)
  })
  await inTime('an upgrade', once(socket, 'open'))
  if (params !== null) socket.send(target.filled(params))

  const settled = async () => {
    if (socket.readyState === WebSocket.OPEN && !sentBytes) {
      const id = `question-${++questions}`
      const asked = new Promise<void>((resolve) => answered.set(id, resolve))
      socket.send(JSON.stringify({ id, method: 'query', params: { path: 'info' } }))
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

/** The connection below the client's: `ws` sends no broken frames. */
function netOf(socket: WebSocket): { write(bytes: Buffer): void } {
  return (socket as unknown as { _socket: { write(bytes: Buffer): void } })._socket
}

/** Of a stream of events so much is read; it has no end. */
const enoughChars = 2_000

async function request(target: Target, text: string, met: Met): Promise<void> {
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
  socket.end(withLength(target.filled(text)))
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

function withLength(text: string): string {
  const end = text.indexOf('\r\n\r\n')
  return text.replace('$length', String(end < 0 ? 0 : Buffer.byteLength(text.slice(end + 4))))
}
