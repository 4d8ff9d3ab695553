/**
 * tRPC's frames of a subscription's events, as its WebSocket adapter writes them:
 * `{"id":1,"result":{"type":"data","id":"e-7","data":{"id":"e-7","data":{…}}}}`. Used by `agent-socket.ts`.
 */
import type { SessionEvent } from '../../core/events.ts'

const startedEnd = '{"type":"started"}}'

/** What all frames of a subscription begin with, read off the frame that announces it; null of any other frame. */
export function prefixOfStarted(frame: string): string | null {
  return frame.endsWith(startedEnd) ? frame.slice(0, -startedEnd.length) : null
}

/** Readers of a session get an event one after the other: it is written as JSON once for them. */
let last: { event: SessionEvent; result: string } | null = null

export function eventFrame(prefix: string, event: SessionEvent): string {
  if (last?.event !== event) {
    const id = JSON.stringify(event.id)
    const data = JSON.stringify(event)
    last = { event, result: `{"type":"data","id":${id},"data":{"id":${id},"data":${data}}}}` }
  }
  return prefix + last.result
}
