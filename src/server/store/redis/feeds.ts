/**
 * What watchers are told: for each session that somebody watches, a place in its log. Commits of this process are
 * told as they are acknowledged; a bell says that another process appended, and what is after the place is read then.
 * Bells may be lost, so everything is looked at after a reconnect, and a session that is silent for long now and then.
 * Used by `openRedisStore`.
 */
import type { LogEvent } from '../../../core/events.ts'
import type { Logger } from '../../../core/ports/log.ts'
import type { Change } from '../../../core/ports/store.ts'
import { createWatchers } from '../watchers.ts'
import type { RedisConnection } from './connection.ts'
import type { Keys } from './keys.ts'
import type { Log } from './log.ts'

const page = { limit: 1000, maxChars: 1024 * 1024 }
/** Looks at sessions in a row, as the poll comes by. */
const pollParts = 20

interface Feed {
  readonly sessionId: string
  watchers: number
  /** Where the watchers stand; null until that is known, or where there is no session. */
  place: { epoch: string; seq: number } | null
  begun: Promise<void>
  /** Before this number the place is, whatever is answered: a commit that was heard of before that answer came. */
  before: number
  /** As far as the log is known to go. */
  wanted: number
  reading: boolean
  heardAtMs: number
}

export interface Feeds {
  watch(sessionId: string, listener: (change: Change) => void): () => void
  /** This process committed: in the order of the commits. */
  committed(sessionId: string, log: { epoch: string; events: readonly LogEvent[] }): void
  /** This process deleted it, or found that its history is gone. */
  deleted(sessionId: string): void
  /** It is not known what became of a write. */
  look(sessionId: string): void
  /** The highest number that was told, to find out whether the log went back. */
  seen(sessionId: string): { epoch: string; seq: number } | null
  close(): void
}

export function createFeeds(
  connection: RedisConnection,
  { keys, log, writer, logger }: { keys: Keys; log: Log; writer: string; logger: Logger },
): Feeds {
  const feeds = new Map<string, Feed>()
  const byBell = new Map<string, Feed>()
  const watchers = createWatchers(logger)
  let closed = false

  function tell(feed: Feed, events: readonly LogEvent[]): void {
    const last = events.at(-1)
    if (!last || !feed.place) return
    feed.place.seq = last.seq
    feed.heardAtMs = performance.now()
    for (const run of runsOf(events)) {
      watchers.tell(feed.sessionId, { kind: 'appended', events: run })
    }
  }

  function tellDeleted(feed: Feed): void {
    if (!feed.place) return
    feed.place = null
    feed.wanted = 0
    feed.before = Number.POSITIVE_INFINITY
    watchers.tell(feed.sessionId, { kind: 'deleted' })
  }

  /** Tells all that is after the place. */
  async function read(feed: Feed): Promise<void> {
    if (feed.reading) return
    feed.reading = true
    try {
      while (isLive(feed) && feed.place && feed.place.seq < feed.wanted) {
        const { epoch, seq } = feed.place
        const found = await log.read({ sessionId: feed.sessionId, after: seq, ...page })
        if (!isLive(feed) || feed.place?.epoch !== epoch) return
        if (!found || found.epoch !== epoch) return tellDeleted(feed)
        // What was told meanwhile, by this process's own commits, is not told again.
        const at = feed.place.seq
        const fresh = found.events.filter((event) => event.seq > at)
        if (fresh.length > 0) tell(feed, fresh)
        // Nothing is left of it: deltas of an answer that has ended since.
        else if (found.events.length === 0) feed.place.seq = Math.max(at, found.lastSeq)
        if (found.events.length === 0 && found.lastSeq < feed.wanted) feed.wanted = found.lastSeq
      }
    } finally {
      feed.reading = false
    }
  }

  /** Looks where the log stands. */
  async function sync(feed: Feed): Promise<void> {
    await feed.begun
    if (!isLive(feed)) return
    const before = feed.place
    const head = await log.head(feed.sessionId)
    if (!isLive(feed) || feed.place !== before) return
    feed.heardAtMs = performance.now()
    if (!head) return tellDeleted(feed)
    if (!before) {
      // Where the watchers stand could not be asked: the last event wakes them, and who lacks more reads it.
      const seq = Math.max(0, Math.min(head.lastSeq, feed.before) - 1)
      feed.place = { epoch: head.epoch, seq }
      feed.wanted = head.lastSeq
      await read(feed)
      return
    }
    if (head.epoch !== before.epoch) {
      tellDeleted(feed)
      feed.place = { epoch: head.epoch, seq: head.lastSeq }
      return
    }
    if (head.lastSeq < before.seq) {
      await log.mend(feed.sessionId, before)
      return
    }
    feed.wanted = Math.max(feed.wanted, head.lastSeq)
    await read(feed)
  }

  const isLive = (feed: Feed) => !closed && feeds.get(feed.sessionId) === feed

  /** What fails now is looked at again: as the connection comes back, or by the poll. */
  function looking(feed: Feed, work: () => Promise<void>): void {
    work().catch((cause: unknown) => {
      if (!isLive(feed)) return
      feed.heardAtMs = Number.NEGATIVE_INFINITY
      if (connection.client.status === 'ready') {
        logger.warn({ sessionId: feed.sessionId, err: cause }, 'a session could not be looked at')
      }
    })
  }

  function open(sessionId: string): Feed {
    const { bell } = keys.session(sessionId)
    const feed: Feed = {
      sessionId,
      watchers: 0,
      place: null,
      begun: Promise.resolve(),
      before: Number.POSITIVE_INFINITY,
      wanted: 0,
      reading: false,
      heardAtMs: performance.now(),
    }
    feeds.set(sessionId, feed)
    byBell.set(bell, feed)
    // Asked in this very turn: what the watcher reads from now on is not before it.
    feed.begun = log.head(sessionId).then(
      (head) => {
        if (head) feed.place ??= { epoch: head.epoch, seq: Math.min(head.lastSeq, feed.before - 1) }
      },
      () => undefined,
    )
    looking(feed, async () => {
      await connection.listen(bell)
      await sync(feed)
    })
    return feed
  }

  function leave(feed: Feed): void {
    if (--feed.watchers > 0 || feeds.get(feed.sessionId) !== feed) return
    const { bell } = keys.session(feed.sessionId)
    feeds.delete(feed.sessionId)
    byBell.delete(bell)
    if (!closed) connection.unlisten(bell)
  }

  connection.onMessage((channel, message) => {
    const feed = byBell.get(channel)
    if (!feed) return
    const [kind, by, number] = message.split(' ')
    // Of its own commits this process hears as they are acknowledged.
    if (by === writer && kind !== 'g') return
    feed.heardAtMs = performance.now()
    if (kind === 'w') {
      feed.wanted = Math.max(feed.wanted, Number(number))
      if (!feed.place) feed.before = Math.min(feed.before, feed.wanted)
      looking(feed, async () => {
        await feed.begun
        await (feed.place ? read(feed) : sync(feed))
      })
    } else {
      looking(feed, () => sync(feed))
    }
  })
  connection.onMissed(() => {
    for (const feed of feeds.values()) looking(feed, () => sync(feed))
  })
  const poll = setInterval(() => {
    const beforeMs = performance.now() - connection.times.pollMs
    for (const feed of feeds.values()) {
      if (feed.heardAtMs < beforeMs) looking(feed, () => sync(feed))
    }
  }, connection.times.pollMs / pollParts)

  return {
    watch(sessionId, listener) {
      const feed = feeds.get(sessionId) ?? open(sessionId)
      feed.watchers++
      const unwatch = watchers.watch(sessionId, listener)
      let left = false
      return () => {
        if (left) return
        left = true
        unwatch()
        leave(feed)
      }
    },
    committed(sessionId, { epoch, events }) {
      const feed = feeds.get(sessionId)
      const first = events[0]
      if (!feed || !first) return
      if (!feed.place) {
        feed.before = Math.min(feed.before, first.seq)
        looking(feed, () => sync(feed))
        return
      }
      if (feed.place.epoch !== epoch) return
      feed.wanted = Math.max(feed.wanted, events.at(-1)?.seq ?? 0)
      if (first.seq === feed.place.seq + 1) tell(feed, events)
      else if (first.seq > feed.place.seq) looking(feed, () => read(feed))
    },
    deleted(sessionId) {
      const feed = feeds.get(sessionId)
      if (feed) tellDeleted(feed)
    },
    look(sessionId) {
      const feed = feeds.get(sessionId)
      if (feed) looking(feed, () => sync(feed))
    },
    seen: (sessionId) => feeds.get(sessionId)?.place ?? null,
    close() {
      closed = true
      clearInterval(poll)
      feeds.clear()
      byBell.clear()
    },
  }
}

/** One change has no hole: where deltas were compacted away, another begins. */
function runsOf(events: readonly LogEvent[]): LogEvent[][] {
  const runs: LogEvent[][] = []
  for (const event of events) {
    const run = runs.at(-1)
    if (run?.at(-1)?.seq === event.seq - 1) run.push(event)
    else runs.push([event])
  }
  return runs
}
