/**
 * What is typed between Ctrl K and the palette, which is a little later: the field that has the focus until then
 * does not get it, an Enter does not send what stands there, and an Escape stops nothing. The palette begins
 * with it. Comes with the palette's code, for without that there is nothing to wait for: `command-palette.tsx`.
 */
import { openOverlay, subscribe } from './overlay.ts'

/** From then on something is wrong with the palette, and keys are the page's again. */
const longestMs = 2_000

let typed = ''
let end: AbortController | null = null

/** To be called once. */
export function gatherEarlyKeys(): void {
  subscribe(() => {
    takeEarlyKeys()
    if (openOverlay() === 'palette') begin()
  })
}

function begin(): void {
  end = new AbortController()
  const signal = AbortSignal.any([end.signal, AbortSignal.timeout(longestMs)])
  window.addEventListener('keydown', onKeyDown, { capture: true, signal })
}

function onKeyDown(event: KeyboardEvent): void {
  const { key } = event
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return
  if (key === 'Backspace') typed = typed.slice(0, -1)
  else if (key.length === 1) typed += key
  else if (key !== 'Enter' && key !== 'Escape') return
  event.preventDefault()
  event.stopPropagation()
}

/** From here on the keys go where the focus is. */
export function takeEarlyKeys(): string {
  end?.abort()
  const all = typed
  typed = ''
  return all
}
