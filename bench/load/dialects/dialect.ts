/** How the load speaks to a subject: each has its own words for the same few things. */

/** Where a reader's tokens go. */
export interface Sink {
  /** The next piece of the answer. */
  text(text: string, atUs: number): void
  /** The answer has ended; with `whole`, what the subject says that all of it is. */
  end(atUs: number, whole?: string): void
  /** Something that does not happen in a good run. */
  fault(reason: string): void
}

/** A reader's connection. */
export interface Link {
  /** Asks the model on behalf of the session. */
  ask(): void
  pause(): void
  resume(): void
  /** Cuts the connection as a network does that goes away. */
  cut(): void
  /** Where the reader stands, if the subject knows such a thing. */
  lastId(): string | null
}

export interface Dialect {
  /** Over how many servers a session's readers go, in turn; unset: one. */
  servers?: number
  /** Makes a session of its own, with whatever it takes; returns the way to read it. */
  openSession(): Promise<Session>
  /** Closes what is open for all sessions. */
  close(): void
}

export interface Session {
  /** Opens one more reader; resolves when nothing that is sent from here on escapes it. */
  attach(sink: Sink, lastId: string | null): Promise<Link>
}

export const question = 'Tell me about everything.'
