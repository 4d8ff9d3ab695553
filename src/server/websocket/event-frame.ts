/**
 * tRPC's frames of a subscription's events, as its WebSocket adapter writes them:
 * `{"id":1,"result":{"type":"data","id":"e-7","data":{"id":"e-7","data":{…}}}}`. Used by `agent-socket.ts`.
 */
import type { SessionEvent } from '../../core/events.ts'
import { isAscii } from './text-frame.ts'

const startedEnd = '{"type":"started"}}'

/** What all frames of a subscription begin with, read off the frame that announces it; null of any other frame. */
export function prefixOfStarted(frame: string): string | null {
  return frame.endsWith(startedEnd) ? frame.slice(0, -startedEnd.length) : null
}

/** Readers of a session get an event one after the other: it is written as JSON, and looked at, once for them. */
let last: { event: SessionEvent; result: string; isAscii: boolean } | null = null

/** What writes the frames of a subscription; `isAscii` saves it a look at each character. */
export function eventFrames(
  prefix: string,
  write: (frame: string, isAscii: boolean) => void,
): (event: SessionEvent) => void {
  const prefixIsAscii = isAscii(prefix)
  return (event) => {
    if (last?.event !== event) last = { event, ...resultOf(event) }
    write(prefix + last.result, last.isAscii && prefixIsAscii)
  }
}

function resultOf(event: SessionEvent): { result: string; isAscii: boolean } {
  const id = JSON.stringify(event.id)
  const result = `{"type":"data","id":${id},"data":{"id":${id},"data":${JSON.stringify(event)}}}}`
  return { result, isAscii: isAscii(result) }
}
