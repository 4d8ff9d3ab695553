/**
 * Going on from the text of an answer that was cut: a model that is given the text so far may say the end of
 * it once more, or begin again from the very beginning. What it repeats is cut off. Used by the turn.
 */

/** An end that is said twice has so many letters and digits at least: "| --- |" or "the" twice is chance. */
const minRepeated = 8

/**
 * What an answer can be gone on from: providers refuse a beginning that ends in white space, and one without
 * a word cannot be told from what the model would say anyway.
 */
export function beginningOf(text: string): string {
  const trimmed = text.trimEnd()
  return /[\p{L}\p{N}]/u.test(trimmed) ? trimmed : ''
}

export interface Continuation {
  /** What of the text that came is new, as far as that is known; the rest is held until it is. */
  push(piece: string): string
  /** At the end of the answer: what was held, without what it repeats. */
  end(): string
}

/** `before` is what the answer says already. */
export function createContinuation(before: string): Continuation {
  let held = ''
  /** Where in `before` what is held stands word for word; null when it is known what is new. */
  let place: number | null = before === '' ? null : 0

  return {
    push(piece) {
      if (place === null) return piece
      place = placeOf(before, { held, place, piece })
      held += piece
      if (place !== null) return ''
      const fresh = held.slice(repeatedLength(before, held))
      held = ''
      return fresh
    },
    end() {
      if (place === null) return ''
      place = null
      // It began again, and ended before it came to where the text stood.
      if (before.startsWith(held) && isTelling(held)) return ''
      return held.slice(repeatedLength(before, held))
    },
  }
}

/** Where `held` and then `piece` stand in `before`, at the place known for `held` or later; null for nowhere. */
function placeOf(
  before: string,
  { held, place, piece }: { held: string; place: number; piece: string },
): number | null {
  if (held !== '' && before.startsWith(piece, place + held.length)) return place
  const next = before.indexOf(held + piece, place)
  return next === -1 ? null : next
}

/** How much of the beginning of `text` repeats `before`: all of it, or its end. */
function repeatedLength(before: string, text: string): number {
  if (text.startsWith(before)) return before.length
  const length = overlapLength(before, text)
  return isTelling(text.slice(0, length)) ? length : 0
}

/** Length of the longest beginning of `text` that `before` ends with: Knuth, Morris and Pratt's way. */
function overlapLength(before: string, text: string): number {
  const borders = [0]
  let length = 0
  for (let place = 1; place < Math.min(text.length, before.length); place++) {
    length = extended(text, { borders, length, unit: text[place] })
    borders.push(length)
  }
  length = 0
  for (const unit of before.slice(-borders.length).split('')) {
    if (length === borders.length) length = borders[length - 1] ?? 0
    length = extended(text, { borders, length, unit })
  }
  return length
}

function extended(
  text: string,
  step: { borders: number[]; length: number; unit: string | undefined },
): number {
  let { length } = step
  while (length > 0 && text[length] !== step.unit) length = step.borders[length - 1] ?? 0
  return text[length] === step.unit ? length + 1 : 0
}

function isTelling(text: string): boolean {
  return (text.match(/[\p{L}\p{N}]/gu)?.length ?? 0) >= minRepeated
}
