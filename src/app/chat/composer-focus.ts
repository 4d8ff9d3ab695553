/** Gives the focus to the message field, where that does not bring up a keyboard on the screen. */
export const composerId = 'message'

export function focusComposer(): void {
  if (!window.matchMedia('(pointer: fine)').matches) return
  // After whatever closes now (a drawer, a menu) has given the focus back.
  requestAnimationFrame(() => document.getElementById(composerId)?.focus())
}
