/** The pieces in which an answer is sent: about as long as a model's, and deterministic. */

export interface Tokens {
  readonly length: number
  at(index: number): string
}

/** Cuts a text into words with the space before them, long words into parts. Joined, they are the text. */
export function cutText(text: string): string[] {
  // By code points (`u`), so that no piece ends in the middle of one.
  return text.match(/\s*\S{1,7}|\s+$/gu) ?? []
}

const filler = cutText(
  'The simulator sends these words one by one, as a model would, so that the whole way from here to the page ' +
    'can be watched and measured without a network, a key or a bill. ',
)

/** So many tokens of filler, made as they are asked for. */
export function fillerTokens(length: number): Tokens {
  return { length, at: (index) => filler[index % filler.length] ?? '' }
}

export function listTokens(tokens: readonly string[]): Tokens {
  return { length: tokens.length, at: (index) => tokens[index] ?? '' }
}
