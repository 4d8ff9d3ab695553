/**
 * The machine's clock as all processes of the benchmark read it: monotonic, and the same one for all of
 * them, so that a token's age is the difference of two readings. Used by the model server and the load.
 */

/** Microseconds since some moment that is the same for every process of this machine. */
export function nowUs(): number {
  const [seconds, nanoseconds] = process.hrtime()
  return seconds * 1_000_000 + Math.round(nanoseconds / 1000)
}
