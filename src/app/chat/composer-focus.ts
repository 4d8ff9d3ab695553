/** Gives the focus to the message field, where that does not bring up a keyboard on the screen. */
export const composerId = 'message'

/**
 * In the next frame, after whatever closes now (a drawer, a menu) has given the focus back. On a slow machine
 * that frame is late: a key that comes before it finds the focus there already, and what somebody does
 * meanwhile with keys or pointer is not undone by it.
 */
export function focusComposer(): void {
  if (!window.matchMedia('(pointer: fine)').matches) return
  const acted = new AbortController()
  const listening = { capture: true, signal: acted.signal }
  const take = () => {
    if (!acted.signal.aborted) document.getElementById(composerId)?.focus()
    acted.abort()
  }
  window.addEventListener('keydown', take, listening)
  window.addEventListener('pointerdown', () => acted.abort(), listening)
  requestAnimationFrame(take)
}

/** When the page opens: not where somebody has been faster than its script. */
export function focusComposerAtOpening(): void {
  if (document.activeElement === document.body) focusComposer()
}
