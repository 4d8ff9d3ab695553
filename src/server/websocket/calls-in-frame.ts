/**
 * How many calls a frame has: a batch is as much work as its calls, so it counts as many. Used by
 * `agent-socket.ts`.
 */
const bracket = '['.charCodeAt(0)

export function callsIn(frame: Buffer): number {
  if (!beginsArray(frame)) return 1
  try {
    const batch: unknown = JSON.parse(frame.toString('utf8'))
    return Array.isArray(batch) ? Math.max(1, batch.length) : 1
  } catch {
    return 1
  }
}

function beginsArray(frame: Buffer): boolean {
  for (const byte of frame) {
    // JSON's white space, of which there may be any amount.
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return byte === bracket
  }
  return false
}
