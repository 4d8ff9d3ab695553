/**
 * A token of the benchmark's answers: it says when it was sent and which one it is, so that a reader can
 * tell how old it is, and whether one is missing or came twice, also where several come as one text.
 * Written by the model server, read by the load's tallies.
 *
 * Six digits of the time, three of the number, filled up to the wished length; all digits are base 36.
 */

const stampDigits = 6
const indexDigits = 3
/** The time starts again from 0 after 36 minutes: more than any run takes. */
const stampRange = 36 ** stampDigits

/** The shortest token there is. */
export const minTokenChars = stampDigits + indexDigits + 1
/** How many tokens an answer can have. */
export const maxTokens = 36 ** indexDigits

/** `sentUs` as a token bears it: made once for tokens that are sent together. */
export function stampOf(sentUs: number): string {
  return (sentUs % stampRange).toString(36).padStart(stampDigits, '0')
}

/** A token of `filler.length` + 9 characters. */
export function tokenOf(stamp: string, index: number, filler: string): string {
  return stamp + index.toString(36).padStart(indexDigits, '0') + filler
}

/** The end of a token that makes it `chars` long. */
export function fillerOf(chars: number): string {
  if (chars < minTokenChars) throw new RangeError(`a token has ${minTokenChars} characters or more`)
  return '-'.repeat(chars - minTokenChars).concat(' ')
}

/** Which token of its answer begins at `at`. */
export function indexAt(text: string, at: number): number {
  return digits(text, at + stampDigits, indexDigits)
}

/** How old the token is that begins at `at`, in microseconds. */
export function ageAt(text: string, at: number, nowUs: number): number {
  const age = ((nowUs % stampRange) - digits(text, at, stampDigits) + stampRange) % stampRange
  // The clocks are one clock, so what looks like nearly the whole range is a rounding below 0.
  return age > stampRange / 2 ? 0 : age
}

/** By hand: there are hundreds of thousands a second, and `parseInt` would make a string of each. */
function digits(text: string, from: number, count: number): number {
  let value = 0
  for (let at = from; at < from + count; at++) {
    const code = text.charCodeAt(at)
    value = value * 36 + (code < 58 ? code - 48 : code - 87)
  }
  return value
}
