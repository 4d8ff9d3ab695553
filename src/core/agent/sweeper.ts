/**
 * What has to happen to sessions that nobody asks anything of: turns that are left are run, sessions without
 * activity are closed, and those untouched for long are deleted. Used by the agent.
 *
 * Turns of a process that died wait for their lease to run out, and then for somebody to look: that is looked for
 * more often than the rest, at times that differ from process to process, so that not all come at once.
 */
import type { EventBody } from '../events.ts'
import type { Store } from '../ports/store.ts'
import { timestampOf } from '../timestamp.ts'
import type { LiveSessions } from './live-sessions.ts'
import type { TurnParts } from './turn.ts'
import type { TurnRunner } from './turn-runner.ts'

/** Between two sweeps: often enough for the shortest of the times, and no more often than that. */
const everyMs = { least: 50, most: 30_000, share: 4 }
/** Between two looks for turns that are left, as a share of the lease's time; jittered. */
const takeUpShare = { least: 0.2, most: 0.4 }
const batch = { close: 100, delete: 20 }

const closedSentence = 'Session closed due to inactivity'

export class Sweeper {
  readonly #parts: TurnParts
  readonly #store: Store
  readonly #sessions: LiveSessions
  readonly #runner: TurnRunner
  readonly #everyMs: number
  #callOff = () => {}
  #callOffTakeUp = () => {}
  #sweeping: Promise<void> = Promise.resolve()
  #takingUp: Promise<void> = Promise.resolve()
  #stopped = false

  constructor(
    parts: TurnParts,
    { sessions, runner }: { sessions: LiveSessions; runner: TurnRunner },
  ) {
    this.#parts = parts
    this.#store = parts.store
    this.#sessions = sessions
    this.#runner = runner
    const { sessionTimeoutMs, retentionMs } = parts.settings
    const shortest = Math.min(sessionTimeoutMs, retentionMs) / everyMs.share
    this.#everyMs = Math.max(everyMs.least, Math.min(everyMs.most, shortest))
  }

  /** Resolves when the turns that are left are taken up; the rest goes on by itself. */
  async start(): Promise<void> {
    await this.#takeUp()
    this.#sweep()
    this.#takeUpLater()
  }

  /** Resolves when nothing of it is under way any more. */
  async stop(): Promise<void> {
    this.#stopped = true
    this.#callOff()
    this.#callOffTakeUp()
    await Promise.all([this.#sweeping, this.#takingUp])
  }

  #sweep(): void {
    this.#sweeping = this.#look().then(
      () => this.#again(),
      (cause: unknown) => {
        this.#parts.log.warn(
          { err: cause },
          'sessions could not be looked through; it is tried again',
        )
        this.#again()
      },
    )
  }

  #again(): void {
    if (this.#stopped) return
    this.#callOff = this.#parts.clock.after(this.#everyMs, () => this.#sweep())
  }

  #takeUpLater(): void {
    if (this.#stopped) return
    const { least, most } = takeUpShare
    const share = least + Math.random() * (most - least)
    const delayMs = this.#parts.settings.leaseTtlMs * share
    this.#callOffTakeUp = this.#parts.clock.after(delayMs, () => {
      // A store that does not answer is told of by the sweep.
      const looked = this.#takeUp().catch(() => undefined)
      this.#takingUp = looked.then(() => this.#takeUpLater())
    })
  }

  async #look(): Promise<void> {
    await this.#takeUp()
    await this.#closeIdle()
    await this.#deleteUntouched()
  }

  async #takeUp(): Promise<void> {
    for (const sessionId of await this.#store.unfinished()) {
      if (!this.#runner.knows(sessionId)) this.#runner.kick(sessionId)
    }
  }

  async #closeIdle(): Promise<void> {
    const before = this.#ago(this.#parts.settings.sessionTimeoutMs)
    while (!this.#stopped) {
      const found = await this.#store.idleSince({ before, limit: batch.close })
      let closed = 0
      for (const sessionId of found) if (await this.#close(sessionId, before)) closed++
      // What could not be closed came to life meanwhile, and is looked at the next time.
      if (closed < batch.close) return
    }
  }

  /** Without reading the log: of a session that is idle nothing waits and nothing runs. */
  async #close(sessionId: string, before: string): Promise<boolean> {
    const record = await this.#store.getSession(sessionId)
    if (this.#stopped || record?.state !== 'idle' || record.lastActivity >= before) return false
    const timestamp = this.#ago(0)
    const events: EventBody[] = [
      { type: 'status', state: 'closed', content: 'Closed.', timestamp },
      { type: 'notification', level: 'info', content: closedSentence, timestamp },
    ]
    const { outcome } = await this.#store.append({
      sessionId,
      events,
      ifControlSeq: record.controlSeq,
      summary: { state: 'closed' },
    })
    this.#sessions.forget(sessionId)
    return outcome === 'appended'
  }

  async #deleteUntouched(): Promise<void> {
    const before = this.#ago(this.#parts.settings.retentionMs)
    while (!this.#stopped) {
      const deleted = await this.#store.deleteUntouched({ before, limit: batch.delete })
      for (const sessionId of deleted) this.#sessions.forget(sessionId)
      if (deleted.length < batch.delete) return
    }
  }

  #ago(ms: number): string {
    return timestampOf(this.#parts.clock.now() - ms)
  }
}
