/** Why the server ends a WebSocket. Contract section 6. */
export const closeCodes = {
  goingAway: 1001,
  policy: 1008,
  tooBig: 1009,
  restarting: 1012,
  unauthorized: 4401,
  tooMany: 4429,
} as const
