/**
 * Counts of durations in buckets whose width grows with the value, as HdrHistogram does it: any number of
 * values in fixed memory, percentiles exact to one part in 64. Used by the load.
 */

/** Buckets for each doubling of the value. */
const steps = 64
const stepBits = 6
/** Values are below 2^31: 35 minutes in microseconds. */
const maxValue = 2 ** 31 - 1

export class Histogram {
  readonly #counts = new Float64Array((31 - stepBits + 1) * steps)
  #count = 0
  #max = 0

  get count(): number {
    return this.#count
  }

  /** The greatest value, exactly; 0 where there is none. */
  get max(): number {
    return this.#max
  }

  /** Counts a value, a whole number; what is out of range counts as the nearest that is not. */
  record(value: number): void {
    const inRange = value < 0 ? 0 : value > maxValue ? maxValue : value
    const bucket = bucketOf(inRange)
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1
    this.#count++
    if (inRange > this.#max) this.#max = inRange
  }

  /** The value that `percent` of all values do not exceed; 0 where there is none. */
  percentile(percent: number): number {
    const wanted = Math.max(1, Math.ceil((percent / 100) * this.#count))
    let seen = 0
    for (const [bucket, count] of this.#counts.entries()) {
      seen += count
      if (seen >= wanted) return Math.min(highestOf(bucket), this.#max)
    }
    return 0
  }

  clear(): void {
    this.#counts.fill(0)
    this.#count = 0
    this.#max = 0
  }
}

function bucketOf(value: number): number {
  if (value < steps) return value
  const shift = 31 - stepBits - Math.clz32(value)
  return (shift + 1) * steps + ((value >>> shift) - steps)
}

function highestOf(bucket: number): number {
  if (bucket < steps) return bucket
  const shift = Math.floor(bucket / steps) - 1
  return ((bucket % steps) + steps + 1) * 2 ** shift - 1
}
