/** How titles are searched: part of the title, whatever its case, beyond ASCII too. Used by every store. */

/**
 * Two texts that differ in case alone fold to the same. Upper case, because lower case depends on the
 * place of a letter in its word (the Greek sigma), and parts of words have to be found as well.
 */
export function foldTitle(text: string): string {
  return text.normalize('NFKC').toUpperCase()
}
