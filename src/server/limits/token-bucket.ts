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
  take(nowMs: number, { rate, burst }: { rate: number; burst: number }): boolean {
    // A clock that was put back takes nothing out of it: the socket would be refused for as long.
    const passedMs = Math.max(0, nowMs - this.#filledAtMs)
    const filled = this.#tokens + (passedMs / 1000) * rate
    this.#tokens = Math.min(burst, filled)
    this.#filledAtMs = nowMs
    if (this.#tokens < 1) return false
    this.#tokens--
    return true
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
