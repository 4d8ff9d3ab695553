/** What is wrong with what was seen. Used by every check of the oracle. */

export const findingKinds = [
  'lost',
  'doubled',
  'out of order',
  'changed',
  'hole',
  'turn twice',
  'two at once',
  'two writers',
  'wrong turn',
  'stuck',
  'wrong text',
  'after the end',
  'not kept',
  'unexplained',
  'calls',
  'broken',
] as const
export type FindingKind = (typeof findingKinds)[number]

export interface Finding {
  kind: FindingKind
  /** Of the schedule; empty where it is of no session. */
  session: string
  detail: string
}

/** Told by a check, of the session that it looks at. */
export type Tell = (kind: FindingKind, detail: string) => void
