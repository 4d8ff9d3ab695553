/** Why the server ends a WebSocket. Contract section 6. */
export const closeCodes = {
  goingAway: 1001,
  policy: 1008,
  tooBig: 1009,
  internal: 1011,
  restarting: 1012,
  tryLater: 1013,
  unauthorized: 4401,
  notFound: 4404,
  tooMany: 4429,
} as const
