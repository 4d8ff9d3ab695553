/**
 * How much text is on its way from the model's thread to the server's. Where it is too much, the model's thread
 * sleeps: it reads no socket then, TCP holds the models back, and memory stays bounded. Used by both ends.
 */

/** UTF-16 units. */
const mostChars = 8 * 1024 * 1024
/** The longest sleep without a look at what else there is to do. */
const sleepMs = 100

export function createFlow(): SharedArrayBuffer {
  return new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)
}

/** The end that sends: blocks its thread while too much is on its way. True where it slept. */
export function sent(flow: Int32Array<SharedArrayBuffer>, chars: number): boolean {
  const now = Atomics.add(flow, 0, chars) + chars
  return now > mostChars && Atomics.wait(flow, 0, now, sleepMs) !== 'not-equal'
}

/** The end that takes. */
export function taken(flow: Int32Array<SharedArrayBuffer>, chars: number): void {
  const before = Atomics.sub(flow, 0, chars)
  if (before > mostChars) Atomics.notify(flow, 0)
}
