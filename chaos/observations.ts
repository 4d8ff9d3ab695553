/**
 * What a run of a schedule leaves for the oracle: what followers were given, what callers were told, what reached
 * the simulator, and the logs at the end. Data alone; made by the runner, judged by the oracle.
 */
import type { SessionEvent } from '../src/core/events.ts'
import type { Script, Step } from './schedule.ts'

export interface GivenTo {
  /** Whose eyes: `client`, `bare`, `near`, `late 1`. */
  reader: string
  /** In the order in which they came, whatever connection they came over. */
  events: readonly SessionEvent[]
}

/** What a caller was told. */
export type Receipt =
  | { kind: 'query'; id: string; content: string; seq: number }
  | { kind: 'command'; name: string; seq: number; outcome: string; lastSeq?: number }
  | { kind: 'feedback'; seq: number; messageId: string; rating: string }

/** A query that was refused for good. */
export interface Refusal {
  id: string
  reason: string
}

export interface ObservedSession {
  name: string
  given: readonly GivenTo[]
  /** The whole log, read anew when all was quiet. */
  log: readonly SessionEvent[]
  /** As `session.get` said then. */
  state: string
  lastSeq: number
  receipts: readonly Receipt[]
  refusals: readonly Refusal[]
}

/** A request that reached the simulator. */
export interface ModelRequest {
  /** In the order of arrival. */
  number: number
  question: string
  /** The beginning of the answer, where it came along. */
  prefix: string | null
}

export interface Observations {
  sessions: readonly ObservedSession[]
  requests: readonly ModelRequest[]
  /** By question: what the model was told to say. */
  scripts: ReadonlyMap<string, Script>
  /** Whether others could take over from a server. */
  shared: boolean
  /** What was done to the server's process and disk. */
  happened: ReadonlySet<Step['do']>
  /** How long a machine that is too busy kept the processes waiting for a processor, in all. */
  starvedMs: number
  /** Connections that a server kept, and that the model's side closed: a request into one of them is not in `requests`. */
  closedKept: number
  /** Where the store was seen to take what two wrote at once. */
  doubled: readonly string[]
  /** What had not come when time was up, and what ended otherwise than it should. */
  broken: readonly string[]
}
