/** Upper ends of histograms' buckets: few, since each is a line for each label. Used by the figures beside it. */

/** What the server adds, in seconds. */
export const delayBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5]

/** What a store takes, in seconds. */
export const storeBuckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 2]

/** What a model takes and people wait for, in seconds: OpenTelemetry's, to ten minutes. */
export const longBuckets = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 80, 160, 600]

/** UTF-16 units. */
export const sizeBuckets = [4, 16, 64, 256, 1024, 4096, 16_384, 65_536]

/** Tokens of one call: OpenTelemetry's. */
export const tokenBuckets = [1, 4, 16, 64, 256, 1024, 4096, 16_384, 65_536, 262_144, 1_048_576]
