/** Whether a text is too long for the server, in words a person can act on. Used before it is sent. */

/** From this share of the limit on, one is told how much is left. */
const nearShare = 0.9

export type MessageSize =
  | { fits: true; charactersLeft: number | null }
  | { fits: false; charactersOver: number }

/** `maxBytes` is the server's limit, in UTF-8; null where it is not known yet. */
export function messageSize(text: string, maxBytes: number | null): MessageSize {
  // A UTF-16 unit is at most three bytes: mostly there is nothing to count.
  if (maxBytes === null || text.length * 3 <= maxBytes * nearShare) {
    return { fits: true, charactersLeft: null }
  }
  const { read, written } = new TextEncoder().encodeInto(text, new Uint8Array(maxBytes))
  if (read < text.length) return { fits: false, charactersOver: text.length - read }
  return { fits: true, charactersLeft: written > maxBytes * nearShare ? maxBytes - written : null }
}
