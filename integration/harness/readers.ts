/**
 * Readers of one session: one through the client, one over a bare WebSocket, which sees what the client
 * would hide. Both keep an `EventLog`. Used by the tests that cut, kill and drop.
 */
import { WebSocket } from 'ws'
import { z } from 'zod'
import type { SessionHandle } from '../../src/client/index.ts'
import { sessionEvent } from '../../src/core/events.ts'
import { EventLog } from './event-log.ts'

export interface Reader extends Disposable {
  readonly log: EventLog
}

/** Follows through the client, from the first event on or after `lastEventId`. */
export function readThroughClient(session: SessionHandle, lastEventId?: string): Reader {
  const log = new EventLog()
  const leaving = new AbortController()
  const read = async () => {
    const { signal } = leaving
    const options = lastEventId === undefined ? { signal } : { signal, lastEventId }
    for await (const event of session.events(options)) log.add(event)
    if (!signal.aborted) throw new Error('the events ended')
  }
  read().catch((cause: Error) => log.fail(cause))
  return { log, [Symbol.dispose]: () => leaving.abort() }
}

/** What the whole log is now, read anew from its first event. */
export async function readWholeLog(session: SessionHandle): Promise<EventLog> {
  const { lastEventId } = await session.get()
  using reader = readThroughClient(session)
  await reader.log.reached(Number(lastEventId.split('-').at(-1)))
  return reader.log
}

const frame = z.looseObject({
  result: z.looseObject({ type: z.string().optional(), data: z.unknown().optional() }).optional(),
  error: z.looseObject({ message: z.string() }).optional(),
})
const envelope = z.object({ id: z.string(), data: sessionEvent })

interface RawOptions {
  wsUrl: string
  token: string
  sessionId: string
  /** Asked before it comes back after a lost connection. */
  beforeReturn: () => Promise<unknown>
}

/** Follows over a bare socket, and comes back with the id of the last event that it was given. */
export function readRaw({ wsUrl, token, sessionId, beforeReturn }: RawOptions): Reader {
  const log = new EventLog()
  let socket: WebSocket | null = null
  let left = false

  function connect(): void {
    if (left) return
    const mine = new WebSocket(`${wsUrl}?connectionParams=1`)
    socket = mine
    mine.on('error', () => {})
    mine.on('open', () => {
      const { lastEventId } = log
      const input = lastEventId === null ? { sessionId } : { sessionId, lastEventId }
      const params = { path: 'session.events', input }
      mine.send(JSON.stringify({ method: 'connectionParams', data: { token } }))
      mine.send(JSON.stringify({ id: 1, method: 'subscription', params }))
    })
    mine.on('message', (bytes) => {
      const text = bytes.toString()
      if (text === 'PING' || left) return
      const { result, error } = frame.parse(JSON.parse(text))
      if (error) log.fail(new Error(error.message))
      if (result?.data !== undefined) log.add(envelope.parse(result.data).data)
    })
    mine.on('close', () => {
      void beforeReturn().then(connect)
    })
  }

  connect()
  return {
    log,
    [Symbol.dispose]() {
      left = true
      socket?.terminate()
    },
  }
}
