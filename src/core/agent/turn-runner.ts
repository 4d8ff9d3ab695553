/**
 * Runs the turns of sessions: one at a time in a session, under its lease (G6); many sessions at once, as
 * far as there are slots. Used by the agent: it kicks a session whenever there may be something to run.
 */
import type { Lease } from '../ports/store.ts'
import type { LiveSession } from './live-session.ts'
import type { LiveSessions } from './live-sessions.ts'
import { Turn, type TurnParts } from './turn.ts'
import { TurnSlots } from './turn-slots.ts'

/** After a failure that is not a turn's own (the store, say) a session is looked at again. */
const retryMs = 1000

/** A session that is being run. */
interface Entry {
  turn: Turn | null
  /** Kicked meanwhile: look once more before leaving. */
  again: boolean
  done: Promise<void>
}

export class TurnRunner {
  readonly #parts: TurnParts
  readonly #sessions: LiveSessions
  readonly #slots: TurnSlots
  readonly #owner: string
  #running = new Map<string, Entry>()
  /** Sessions that are looked at again in a while, and how to call that off. */
  #later = new Map<string, () => void>()
  #draining = false

  constructor(parts: TurnParts, sessions: LiveSessions) {
    this.#parts = parts
    this.#sessions = sessions
    this.#slots = new TurnSlots(parts.settings.maxActiveTurns)
    this.#owner = parts.ids.random()
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

  /** Looks after a session's queue until nothing in it may run. Returns at once. */
  kick(sessionId: string): void {
    if (this.#draining) return
    const running = this.#running.get(sessionId)
    if (running) {
      running.again = true
      return
    }
    const entry: Entry = { turn: null, again: false, done: Promise.resolve() }
    this.#running.set(sessionId, entry)
    entry.done = this.#run(sessionId).then(
      () => this.#ended(sessionId, false),
      (cause: unknown) => {
        this.#parts.log.error(
          { sessionId, err: cause },
          'a session could not be run; it is tried again',
        )
        this.#ended(sessionId, true)
      },
    )
  }

  /** Starts nothing more; gives running turns `deadlineMs`, then lets go of them. */
  async drain(deadlineMs: number): Promise<void> {
    this.#draining = true
    for (const callOff of this.#later.values()) callOff()
    this.#later.clear()
    const letGo = () => {
      for (const { turn } of this.#running.values()) turn?.halt('let-go')
    }
    const callOff = this.#parts.clock.after(deadlineMs, letGo)
    await Promise.all([...this.#running.values()].map(({ done }) => done))
    callOff()
  }

  #ended(sessionId: string, failed: boolean): void {
    const again = this.#running.get(sessionId)?.again
    this.#running.delete(sessionId)
    if (failed) this.#lookAgain(sessionId, retryMs)
    else if (again) this.kick(sessionId)
  }

  #lookAgain(sessionId: string, delayMs: number): void {
    if (this.#draining || this.#later.has(sessionId)) return
    const callOff = this.#parts.clock.after(delayMs, () => {
      this.#later.delete(sessionId)
      this.kick(sessionId)
    })
    this.#later.set(sessionId, callOff)
  }

  #run(sessionId: string): Promise<void> {
    return this.#sessions.use(sessionId, async (live) => {
      if (!live) return
      const { store, settings } = this.#parts
      const ttlMs = settings.leaseTtlMs
      const lease = await store.acquireLease({ sessionId, owner: this.#owner, ttlMs })
      if (!lease) {
        // Another process runs it. Should that one die, somebody has to take the session over.
        if (live.queue.running || live.queue.next()) this.#lookAgain(sessionId, ttlMs)
        return
      }
      const stopRenewing = this.#renew(lease)
      try {
        await live.catchUp()
        await this.#runQueue(live, lease)
      } finally {
        stopRenewing()
        await store.releaseLease(lease)
      }
    })
  }

  async #runQueue(live: LiveSession, lease: Lease): Promise<void> {
    const entry = this.#running.get(live.sessionId)
    if (!entry) return
    while (!this.#draining && !live.deleted && (live.queue.running || live.queue.next())) {
      const free = await this.#slots.take(live.record.userId)
      const turn = new Turn(this.#parts, live, lease)
      entry.turn = turn
      entry.again = false
      try {
        const { running } = live.queue
        const next = live.queue.next()
        if (this.#draining) return
        if (running) await turn.resume(running)
        else if (next) await turn.run(next)
        if (turn.lost) {
          // The lease ran out, as it does where a process was stopped for a while: perhaps nobody has it.
          if (!live.deleted) this.#lookAgain(live.sessionId, retryMs)
          return
        }
      } finally {
        entry.turn = null
        free()
      }
    }
  }

  #renew(lease: Lease): () => void {
    const { clock, store, settings } = this.#parts
    let stopped = false
    let callOff = () => {}
    const schedule = () => {
      if (!stopped) callOff = clock.after(settings.leaseTtlMs / 3, renew)
    }
    const renew = () => {
      store.renewLease(lease, settings.leaseTtlMs).then(
        (held) => {
          if (stopped) return
          if (held) schedule()
          else this.#running.get(lease.sessionId)?.turn?.halt('lost')
        },
        // The store does not answer: the fence keeps a lost lease harmless, so just try again.
        schedule,
      )
    }
    schedule()
    return () => {
      stopped = true
      callOff()
    }
  }
}
