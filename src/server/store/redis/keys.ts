/**
 * The names of what lies in Redis. What is changed together has the same `{tag}`, which is one slot of a
 * Cluster: all that is a session's, and all lists of one user.
 */
import { createHash } from 'node:crypto'

export interface SessionKeys {
  /** Hash: the record, where the log stands, fence and lease. */
  head: string
  /** Stream: all events but deltas, by number. */
  log: string
  /** Stream: the deltas of answers that have no `response` yet. */
  deltas: string
  /** Hash: how many deltas there are of which answer. */
  answers: string
  /** Hash: what requests of which once-key came to. */
  once: string
  /** Sorted set, all of one score: the words that were said. */
  words: string
  /** Hash: what was spent and is not in the user's day yet. */
  owed: string
  /** Channel: the doorbell. */
  bell: string
  /** String: the last writes of one process. */
  writes(writer: string): string
  /** String, where it is there: a claim of a once-key that counts no more. */
  voided(nonce: string): string
}

export interface UserKeys {
  /** Sorted set: sessions, latest activity first. */
  list: string
  /** Sorted set: sessions by id. */
  names: string
  /** Hash: of an older version, titles as they were searched. */
  titles: string
  /** Hash: connections by server. */
  connections: string
  /** Hash: what was spent on a day, and by which writes. */
  spent(day: string): string
}

export interface Keys {
  session(sessionId: string): SessionKeys
  user(userId: string): UserKeys
  /** String: the session that a once-key was claimed for. */
  claim(field: string): string
  /** Sorted sets of all sessions: those that may be unfinished, idle, untouched, or owe a spend. */
  unfinished: string
  idle: string
  rest: string
  owing: string
  revoked: { users: string; version: string; bell: string }
  notices: { byId: string; byAge: string }
  /** Before the keys of a rate. */
  rate(name: string): string
}

/** A once-key's short name: the same for the same user and id. */
export function onceField({ userId, id }: { userId: string; id: string }): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([userId, id]))
    .digest('base64url')
  return digest.slice(0, 22)
}

export function createKeys(prefix: string): Keys {
  return {
    session(sessionId) {
      const at = `${prefix}:{${tag(sessionId)}}`
      return {
        head: `${at}:h`,
        log: `${at}:l`,
        deltas: `${at}:d`,
        answers: `${at}:a`,
        once: `${at}:o`,
        words: `${at}:s`,
        owed: `${at}:p`,
        bell: `${at}:b`,
        writes: (writer) => `${at}:w:${writer}`,
        voided: (nonce) => `${at}:v:${nonce}`,
      }
    },
    user(userId) {
      const at = `${prefix}:{u:${tag(userId)}}`
      return {
        list: `${at}:z`,
        names: `${at}:n`,
        titles: `${at}:t`,
        connections: `${at}:c`,
        spent: (day) => `${at}:b:${day}`,
      }
    },
    claim: (field) => `${prefix}:o:${field}`,
    unfinished: `${prefix}:unfinished`,
    idle: `${prefix}:idle`,
    rest: `${prefix}:rest`,
    owing: `${prefix}:owing`,
    revoked: {
      users: `${prefix}:{revoked}:h`,
      version: `${prefix}:{revoked}:v`,
      bell: `${prefix}:{revoked}:b`,
    },
    notices: { byId: `${prefix}:{notices}:h`, byAge: `${prefix}:{notices}:z` },
    rate: (name) => `${prefix}:rate:${name}`,
  }
}

/** A name in braces: one that has braces itself, or none, would be no tag. */
function tag(name: string): string {
  return /^[\w.@|:-]{1,200}$/.test(name) ? name : `%${Buffer.from(name).toString('base64url')}`
}
