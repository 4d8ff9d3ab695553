/**
 * Tells the parts that put a style element into the document (the dialogs keep the page behind them from
 * scrolling) which nonce it has to bear. They look for the name that bundlers use for it.
 */
export function setStyleNonce(nonce: string | undefined): void {
  if (typeof window === 'undefined' || nonce === undefined) return
  Object.assign(globalThis, { __webpack_nonce__: nonce })
}
