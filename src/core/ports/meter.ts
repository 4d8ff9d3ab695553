/** Figures of the core's own work that only it can know, for the operator. */
export interface Meter {
  /**
   * A delta was committed: how long its oldest text had waited since it came, in milliseconds, and its size in
   * UTF-16 units. Called in the middle of an answer: it is cheap, and does not throw.
   */
  flushed(waitedMs: number, chars: number): void
}
