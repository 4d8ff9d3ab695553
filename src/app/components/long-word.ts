/**
 * Words without end, which are set without kerning: where two letters are kerned Chromium may not break without
 * shaping the rest of the word anew, at each line. A word of 30,000 letters took seconds to show, and as long again
 * for each key in a field. Used by all that shows or takes what people write.
 */

/** Longer than any word, address or hash that people read. */
export const longWords = /(\S{400,})/

/** The same, looked for at beginnings of words alone: at each key it costs no more than the text is long. */
const atBeginning = /(?:^|\s)\S{400}/

/** Whether a text has to be set without kerning: mostly it has not. */
export function hasLongWord(text: string): boolean {
  return atBeginning.test(text)
}
