/**
 * Runs the turns of sessions: one at a time in a session, under its lease (G6); many sessions at once, as
 * far as there are places. Used by the agent: it kicks a session whenever there may be something to run.
 *
 * A session that waits for a place holds no lease: another server that has one may run it.
 */
import type { Lease } from '../ports/store.ts'
import { timestampOf } from '../timestamp.ts'
import { Alarms } from './alarms.ts'
import { nextRelease, releaseAbandoned } from './holds.ts'
import type { LiveSession } from './live-session.ts'
import type { LiveSessions } from './live-sessions.ts'
import { renewing } from './renewing.ts'
import { Turn, type TurnParts } from './turn.ts'
import { TurnSlots } from './turn-slots.ts'

/** After a failure that is not a turn's own (the store, say) a session is looked at again. */
const retryMs = 1000
/**
 * While another process has a session that waits for us too: soon at first, since one whose turn has just ended
 * lets go of it in a moment, and then often enough for who asked here.
 */
const contestedMs = { first: 25, most: 1000 }

/** A session that is being run. */
interface Entry {
  turn: Turn | null
  /** Kicked meanwhile: look once more before leaving. */
  again: boolean
  /** Its readers were told that it waits for a place. */
  saidWaiting: boolean
  done: Promise<void>
}

export class TurnRunner {
  readonly #parts: TurnParts
  readonly #sessions: LiveSessions
  readonly #slots: TurnSlots
  readonly #owner: string
  #running = new Map<string, Entry>()
  /** Those that another process had, and how long they wait for the next look. */
  readonly #contested = new Map<string, number>()
  /** Sessions that are looked at again in a while. */
  readonly #later: Alarms
  #draining = false

  constructor(parts: TurnParts, sessions: LiveSessions) {
    this.#parts = parts
    this.#sessions = sessions
    this.#slots = new TurnSlots(parts.settings.maxActiveTurns)
    this.#owner = parts.ids.random()
    this.#later = new Alarms(parts.clock, (sessionId) => this.kick(sessionId))
  }

  get active(): number {
    let sum = 0
    for (const { turn } of this.#running.values()) if (turn) sum++
    return sum
  }

  get waiting(): number {
    return this.#slots.waiting
  }

  get draining(): boolean {
    return this.#draining
  }

  /** Whether the session is run, or looked at again in a while. */
  knows(sessionId: string): boolean {
    return this.#running.has(sessionId) || this.#later.has(sessionId)
  }

  /** Looks after a session's queue until nothing in it may run. Returns at once. */
  kick(sessionId: string): void {
    if (this.#draining) return
    const running = this.#running.get(sessionId)
    if (running) {
      running.again = true
      return
    }
    this.#later.clear(sessionId)
    const entry: Entry = { turn: null, again: false, saidWaiting: false, done: Promise.resolve() }
    this.#running.set(sessionId, entry)
    entry.done = this.#run(sessionId, entry).then(
      () => this.#ended(sessionId, entry),
      (cause: unknown) => {
        const what = 'a session could not be run; it is tried again'
        this.#parts.log.error({ sessionId, err: cause }, what)
        this.#running.delete(sessionId)
        this.#lookAgain(sessionId, retryMs)
      },
    )
  }

  /** Starts nothing more; gives running turns `deadlineMs`, then lets go of them. */
  async drain(deadlineMs: number): Promise<void> {
    this.#draining = true
    this.#later.close()
    const letGo = () => {
      for (const { turn } of this.#running.values()) turn?.halt('let-go')
    }
    const callOff = this.#parts.clock.after(deadlineMs, letGo)
    await Promise.all([...this.#running.values()].map(({ done }) => done))
    callOff()
  }

  #ended(sessionId: string, { again }: Entry): void {
    this.#running.delete(sessionId)
    if (again) this.kick(sessionId)
  }

  #lookAgain(sessionId: string, delayMs: number): void {
    if (!this.#draining) this.#later.set(sessionId, delayMs)
  }

  async #run(sessionId: string, entry: Entry): Promise<void> {
    for (let more = true; more; ) {
      const userId = await this.#sessions.use(sessionId, (live) => this.#wanting(live, entry))
      if (userId === null) return
      const free = this.#slots.tryTake() ?? (await this.#waitForPlace(sessionId, { userId, entry }))
      more = await this.#underLease(sessionId, { entry, free })
    }
  }

  /** The user of a session that has something to run; null where there is nothing. */
  async #wanting(live: LiveSession | null, entry: Entry): Promise<string | null> {
    if (!live || this.#draining) return null
    const { clock } = this.#parts
    await releaseAbandoned(live, clock)
    const releaseMs = nextRelease(live, clock)
    if (releaseMs !== null) this.#lookAgain(live.sessionId, releaseMs)
    if (live.queue.running || live.queue.next()) return live.record.userId
    if (entry.saidWaiting) await this.#say(live, 'idle')
    entry.saidWaiting = false
    return null
  }

  async #waitForPlace(
    sessionId: string,
    { userId, entry }: { userId: string; entry: Entry },
  ): Promise<() => void> {
    const place = this.#slots.take(userId)
    if (!entry.saidWaiting) {
      entry.saidWaiting = true
      const told = this.#sessions.use(sessionId, async (live) => {
        if (live) await this.#say(live, 'queued')
      })
      // Only told to people: the turn runs also where it cannot be.
      await told.catch(() => undefined)
    }
    return place
  }

  /** Tells that the session waits for a place, or that it does not any more, as long as that is so. */
  async #say(live: LiveSession, state: 'queued' | 'idle'): Promise<void> {
    await live.change(() => {
      const next = live.queue.next()
      if (live.queue.running || (next !== null) !== (state === 'queued')) return null
      const timestamp = timestampOf(this.#parts.clock.now())
      const content = state === 'queued' ? 'Waiting for a free place...' : 'Ready.'
      const of = next ? { messageId: next.queryId } : {}
      return { events: [{ type: 'status', state, content, timestamp, ...of }] }
    })
  }

  /** Runs the session's turns as long as there is a place; true where more wait for one. */
  #underLease(
    sessionId: string,
    { entry, free }: { entry: Entry; free: () => void },
  ): Promise<boolean> {
    const { store, settings } = this.#parts
    const ttlMs = settings.leaseTtlMs
    const places = { free }
    const run = async (live: LiveSession | null) => {
      const waitedMs = this.#contested.get(sessionId) ?? contestedMs.first / 2
      this.#contested.delete(sessionId)
      if (!live || this.#draining) return false
      const lease = await store.acquireLease({ sessionId, owner: this.#owner, ttlMs })
      if (!lease) {
        // Another process runs it. Should that one die, somebody has to take the session over.
        if (live.queue.running || live.queue.next()) {
          const delayMs = Math.min(ttlMs, contestedMs.most, waitedMs * 2)
          this.#contested.set(sessionId, delayMs)
          this.#lookAgain(sessionId, delayMs)
        }
        return false
      }
      const lost = () => entry.turn?.halt('lost')
      const stopRenewing = renewing(this.#parts, { lease, ttlMs, lost })
      try {
        await live.catchUp()
        return await this.#runTurns(live, { lease, entry, places })
      } finally {
        stopRenewing()
        await store.releaseLease(lease)
      }
    }
    return this.#sessions.use(sessionId, run).finally(() => places.free())
  }

  async #runTurns(
    live: LiveSession,
    { lease, entry, places }: { lease: Lease; entry: Entry; places: { free: () => void } },
  ): Promise<boolean> {
    while (!this.#draining && !live.deleted) {
      const { running } = live.queue
      const next = live.queue.next()
      // Withdrawn while it waited for a place: that is still to be told.
      if (!running && !next) return entry.saidWaiting
      entry.saidWaiting = false
      const turn = new Turn(this.#parts, live, lease)
      entry.turn = turn
      try {
        if (running) await turn.resume(running)
        else if (next) await turn.run(next)
      } finally {
        entry.turn = null
        places.free()
      }
      if (turn.lost) {
        // The lease ran out, as it does where a process was stopped for a while: perhaps nobody has it.
        if (!live.deleted) this.#lookAgain(live.sessionId, retryMs)
        return false
      }
      const free = this.#slots.tryTake()
      if (!free) return true
      places.free = free
    }
    return false
  }
}
