/**
 * How the frames of a path are weighed and refused: tRPC's on `/trpc`, plain JSON on `/ws`. All other limits of a
 * socket are the same for both. Used by `agent-socket.ts`.
 */
export interface Dialect {
  /** Whether a frame is within `maxMessageBytes`: once for its content and once for the rest. */
  fits(frame: Buffer, maxMessageBytes: number): boolean
  /** How much work a frame is. */
  callsIn(frame: Buffer): number
  /** The answers to a frame that came too fast. */
  tooFast(frame: Buffer, retryAfterMs: number): string[]
  /** The same for one whose calls are over their user's rate; null where it has to be let in. */
  overCalls(frame: Buffer, retryAfterMs: number): string[] | null
  /** The answers to a frame that has too many calls. */
  tooMany(frame: Buffer): string[]
}
