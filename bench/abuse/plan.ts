/** What the abuser is told, and the limits that it goes over. Used by the abuser and who starts it. */

export interface AbusePlan {
  port: number
  /** An address of this machine to come from. */
  localAddress: string
  /** What it says in `X-Forwarded-For`; null: nothing. */
  forwardedFor: string | null
  token: string
  sessionId: string
}

const times = 100
/** As contract section 2 has them; requests and guests follow from those, in `src/server/limits/limits.ts`. */
const limits = {
  connectionsPerUser: 20,
  messagesPerSecond: 50,
  queriesPerMinute: 30,
  guestsPerMinute: 300,
  requestsPerSecond: 500,
}

/** Tried, a second; those of frames on each of the sockets. */
export const tried = {
  sockets: limits.connectionsPerUser,
  frames: limits.messagesPerSecond * times,
  openings: (limits.connectionsPerUser * times) / 60,
  queries: (limits.queriesPerMinute * times) / 60,
  guests: (limits.guestsPerMinute * times) / 60,
  requests: limits.requestsPerSecond * times,
}

/** All that is tried is tried in steps of this. */
export const tickMs = 20

/** How many of so many a second are due at each tick: the rest of a division is not lost. */
export function perTick(perSecond: number): () => number {
  let owed = 0
  return () => {
    owed += (perSecond * tickMs) / 1000
    const due = Math.floor(owed)
    owed -= due
    return due
  }
}
