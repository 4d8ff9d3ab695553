/**
 * Shows a sentence for a few seconds: a notification, or what went wrong on the page's own account. The
 * code that draws toasts is fetched with the first one, which waits for it.
 */
export type ToastLevel = 'info' | 'success' | 'warning' | 'error'

export interface ToastRequest {
  level: ToastLevel
  content: string
}

type Draw = (request: ToastRequest) => void

const waiting: ToastRequest[] = []
const listeners = new Set<() => void>()
let draw: Draw | null = null
let wanted = false

export function showToast(level: ToastLevel, content: string): void {
  if (draw) draw({ level, content })
  else waiting.push({ level, content })
  wanted = true
  for (const tell of listeners) tell()
}

/** Whether there was ever something to show, as an external store. */
export const toastsWanted = {
  subscribe(listener: () => void): () => void {
    listeners.add(listener)
    return () => listeners.delete(listener)
  },
  getSnapshot: () => wanted,
}

/** For the component that draws them: it gets what waits. Returns the end of it. */
export function takeToasts(by: Draw): () => void {
  draw = by
  for (const request of waiting.splice(0)) by(request)
  return () => {
    draw = null
  }
}
