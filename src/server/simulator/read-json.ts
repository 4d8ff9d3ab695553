/** Reads a request's body. Used by the simulator's server and its control. */
import type { IncomingMessage } from 'node:http'

const maxBytes = 16_000_000

export type ReadJson = { kind: 'json'; value: unknown } | { kind: 'bad' } | { kind: 'too-large' }

/** Rejects where the client goes before its body is whole. */
export async function readJson(req: IncomingMessage): Promise<ReadJson> {
  const pieces: Buffer[] = []
  let size = 0
  for await (const piece of req) {
    size += piece.length
    if (size > maxBytes) return { kind: 'too-large' }
    pieces.push(piece)
  }
  try {
    return { kind: 'json', value: JSON.parse(Buffer.concat(pieces).toString()) }
  } catch {
    return { kind: 'bad' }
  }
}
