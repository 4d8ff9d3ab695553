/** Tells what Redis refused: a fault of the program, or a store that cannot now. Used all over this folder. */
import { AgentError } from '../../../core/errors.ts'

/** What a server says that may be able to do it later, or where somebody has to look after it. */
const cannotNow =
  /^-?(OOM|READONLY|LOADING|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|MOVED|ASK|BUSY|NOREPLICAS|MISCONF|NOAUTH|WRONGPASS|NOPERM|UNBLOCKED|NOQUORUM|UNKILLABLE)\b/

function isReply(cause: unknown): cause is Error {
  return cause instanceof Error && cause.name === 'ReplyError'
}

export function isNoScript(cause: unknown): boolean {
  return isReply(cause) && cause.message.startsWith('NOSCRIPT')
}

/** What ioredis rejects with as the error that the port promises. */
export function asStoreError(cause: unknown): unknown {
  if (cause instanceof AgentError) return cause
  // All else that ioredis rejects with is about the connection: closed, timed out, tried too often.
  const isFault = isReply(cause) && !cannotNow.test(cause.message)
  return isFault ? cause : new AgentError('STORE_UNAVAILABLE', { cause })
}
