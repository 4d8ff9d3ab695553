/**
 * Which trace a query's spans belong to. Its number is a hash of the session's and the query's ids: so each server
 * that has to do with the query writes into the same trace, without a word to the others and without a place in the
 * log, also after a crash. Used by what is traced.
 */
import { createHash } from 'node:crypto'

export interface TraceIds {
  /** 32 hexadecimal digits. */
  traceId: string
  /** Of the first span: the call that brought the query. 16 hexadecimal digits. */
  spanId: string
}

export function traceIdsOf(sessionId: string, queryId: string): TraceIds {
  const hash = createHash('sha256').update(`${sessionId}\0${queryId}`).digest('hex')
  return { traceId: hash.slice(0, 32), spanId: hash.slice(32, 48) }
}

/** As the header `traceparent` has it. */
export function traceparentOf({ traceId, spanId }: TraceIds): string {
  return `00-${traceId}-${spanId}-01`
}
