/**
 * In place of the parser of HTML that streamdown brings along: HTML in an answer is text here, so nothing calls
 * it (`components/markdown-html.ts`), and its 50 kB are not sent. Put there by `next.config.mjs`.
 */
export default function rehypeRaw(): never {
  throw new Error('the parser of HTML is left out of the page')
}
