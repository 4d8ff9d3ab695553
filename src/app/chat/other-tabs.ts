/**
 * Tells the other tabs of this browser that the list of sessions has changed: one that shows another chat
 * follows none of the events that would say so. Used by `use-session-commands.tsx`.
 */
const name = 'agent-websocket:sessions'

export interface OtherTabs {
  tell(): void
}

/** `onTold` runs for each change of another tab, until `signal` is aborted. */
export function openOtherTabs(onTold: () => void, signal: AbortSignal): OtherTabs {
  // Very old browsers have none: their lists are read again when their window is looked at.
  if (typeof BroadcastChannel === 'undefined') return { tell() {} }
  const channel = new BroadcastChannel(name)
  channel.addEventListener('message', onTold)
  signal.addEventListener('abort', () => channel.close())
  return {
    tell() {
      if (!signal.aborted) channel.postMessage(null)
    },
  }
}
