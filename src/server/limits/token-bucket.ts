/** A bucket of tokens that fills at a steady rate. One per socket, hence two numbers and no timer. */
export class TokenBucket {
  #tokens: number
  #filledAtMs: number

  /** Begins full. */
  constructor(burst: number, nowMs: number) {
    this.#tokens = burst
    this.#filledAtMs = nowMs
  }

  /** Takes a token if there is one. `rate` is tokens per second. */
  take(nowMs: number, limit: { rate: number; burst: number }): boolean {
    if (!this.has(nowMs, limit)) return false
    this.#tokens--
    return true
  }

  /** Whether there is a token. */
  has(nowMs: number, { rate, burst }: { rate: number; burst: number }): boolean {
    // A clock that was set back takes nothing away.
    const filled = this.#tokens + (Math.max(0, nowMs - this.#filledAtMs) / 1000) * rate
    this.#tokens = Math.min(burst, filled)
    this.#filledAtMs = nowMs
    return this.#tokens >= 1
  }

  /** Takes more after a `take`, of what there is and of what is still to come. */
  owe(tokens: number): void {
    this.#tokens -= tokens
  }

  /** How long until there is a token. */
  waitMs(rate: number): number {
    return Math.ceil(Math.max(0, ((1 - this.#tokens) / rate) * 1000))
  }

  /** Whether it was full when it was last asked, but for the token taken then. */
  isFull(burst: number): boolean {
    return this.#tokens >= burst - 1
  }
}
