/** One reader of one session: its connection, and what it was given. Used by the load. */
import type { Link, Session, Sink } from './dialects/dialect.ts'
import { Tally } from './tally.ts'

export interface ReaderOptions {
  session: Session
  plan: { tokens: number; tokenChars: number }
  /** Told of every new token: its age and arrival, in microseconds. */
  onToken(ageUs: number, atUs: number): void
  /** Told of every text, which may be many tokens. */
  onText(): void
  onAnswer(): void
  onFault(reason: string): void
}

export class Reader {
  readonly tally: Tally
  /** Whether it is the one of its session that asks. */
  asks = false
  readonly #options: ReaderOptions
  #link: Link | null = null
  /** Counts connections, so that nothing of an earlier one is taken for the present one's. */
  #connection = 0
  /** Set while the reader catches up after a cut. */
  #live: { sinceUs: number; withinUs: number; reached(atUs: number): void } | null = null

  constructor(options: ReaderOptions) {
    this.#options = options
    this.tally = new Tally(options.plan)
  }

  async connect(): Promise<void> {
    const lastId = this.#link?.lastId() ?? null
    this.#connection++
    this.#link = await this.#options.session.attach(this.#sink(this.#connection), lastId)
  }

  ask(): void {
    this.#link?.ask()
  }

  pause(): void {
    this.#link?.pause()
  }

  resume(): void {
    this.#link?.resume()
  }

  cut(): void {
    this.#connection++
    this.#link?.cut()
  }

  /**
   * Resolves with the moment at which the reader has again a token that was sent after `sinceUs` and is no
   * older than `withinUs`: tokens come in order, so by then it has all before it.
   */
  caughtUp(sinceUs: number, withinUs: number): Promise<number> {
    return new Promise((reached) => {
      this.#live = { sinceUs, withinUs, reached }
    })
  }

  #sink(connection: number): Sink {
    const { onAnswer, onFault } = this.#options
    const guarded =
      <A extends unknown[]>(run: (...args: A) => void) =>
      (...args: A) => {
        if (connection === this.#connection) run(...args)
      }
    return {
      text: guarded((text, atUs) => this.#take(text, atUs)),
      end: guarded((atUs, whole) => {
        // The end may bring the last tokens with it.
        if (whole !== undefined) this.#take(whole.slice(this.tally.chars), atUs)
        this.tally.end()
        onAnswer()
      }),
      fault: guarded(onFault),
    }
  }

  #take(text: string, atUs: number): void {
    if (text !== '') this.#options.onText()
    this.tally.take(text, atUs, (ageUs) => {
      const live = this.#live
      if (live && ageUs <= live.withinUs && atUs - ageUs > live.sinceUs) {
        this.#live = null
        live.reached(atUs)
      }
      this.#options.onToken(ageUs, atUs)
    })
  }
}
