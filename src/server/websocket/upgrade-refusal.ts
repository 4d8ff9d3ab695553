/** Answers an upgrade that is not let in, as HTTP, and ends its socket. */
import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'

const statuses = [400, 403, 404, 429, 503] as const
export type Refusal = (typeof statuses)[number]

const sentences: Record<Refusal, string> = {
  400: 'The URL or the Host header is not valid.',
  403: 'This origin is not allowed.',
  404: 'There is nothing here.',
  429: 'Too many connections from this address.',
  503: 'The server takes no more connections now. Try again in a moment.',
}

/** Made once: a storm of upgrades is answered with bytes that lie ready. */
const answers = new Map(statuses.map((status) => [status, answerOf(status)]))

/** What the answer gets to leave this process. */
const flushMs = 5000

export function refuseUpgrade(socket: Duplex, status: Refusal): void {
  // Nobody listens to this socket any more: an error on it must not end the process.
  socket.on('error', () => socket.destroy())
  socket.once('finish', () => socket.destroy())
  // Nor does anybody wait for a peer that takes nothing.
  const timer = setTimeout(() => socket.destroy(), flushMs)
  socket.once('close', () => clearTimeout(timer))
  socket.end(answers.get(status))
}

function answerOf(status: Refusal): Buffer {
  const body = JSON.stringify({ error: sentences[status] })
  return Buffer.from(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
      'Connection: close',
      'Content-Type: application/json',
      `Content-Length: ${Buffer.byteLength(body)}`,
      ...(status === 429 || status === 503 ? ['Retry-After: 1'] : []),
      '',
      body,
    ].join('\r\n'),
  )
}
