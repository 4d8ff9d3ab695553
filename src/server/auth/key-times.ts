/** When the keys of an identity provider are asked for. Used by `provider-keys.ts`; tests make them short. */

export interface KeyTimes {
  /** Between two requests for keys, after a good one and after a bad one alike. */
  cooldownMs: number
  maxAgeMs: number
  /** What the provider gets to answer. */
  timeoutMs: number
}

export const defaultKeyTimes: KeyTimes = {
  cooldownMs: 5_000,
  maxAgeMs: 10 * 60_000,
  timeoutMs: 5_000,
}
