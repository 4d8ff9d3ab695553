/**
 * Shows a sentence for a few seconds: a notification, or what went wrong on the page's own account. The
 * code that draws toasts is fetched with the first one, which waits for it.
 */
export type ToastLevel = 'info' | 'success' | 'warning' | 'error'

export interface ToastOptions {
  /** One thing that one can do about it. */
  action?: { label: string; run: () => void }
  /** It stays until then, instead of a few seconds. */
  over?: AbortSignal
  /** Told that the time of it stands still, while somebody is at the toasts or cannot see them; and that it goes on. */
  onHold?: (held: boolean) => void
}

export interface ToastRequest extends ToastOptions {
  level: ToastLevel
  content: string
}

type Draw = (request: ToastRequest) => void

const waiting: ToastRequest[] = []
const listeners = new Set<() => void>()
let draw: Draw | null = null
let wanted = false

export function showToast(level: ToastLevel, content: string, options: ToastOptions = {}): void {
  const request = { level, content, ...options }
  if (draw) draw(request)
  else waiting.push(request)
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
