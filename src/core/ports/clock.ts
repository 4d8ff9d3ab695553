/** Time and chance, passed in, so that tests own them. */

export interface Clock {
  /** Milliseconds since 1970, for timestamps that people read. */
  now(): number
  /** Calls `run` once after `delayMs`; the returned function calls it off. */
  after(delayMs: number, run: () => void): () => void
}

export interface Ids {
  /** A name that cannot be guessed: 128 random bits or more, in letters and digits. */
  random(): string
  /** A short name for a log's epoch: lower-case letters and digits. */
  epoch(): string
}
