/** Which press sends what one writes, and what the key is called here. Used by the composer and the help. */
import type { Settings } from './settings.ts'

interface Press {
  key: string
  shiftKey: boolean
  altKey: boolean
  ctrlKey: boolean
  metaKey: boolean
}

/** Enter alone, or Ctrl or Cmd with it. An input method that composes is the caller's to see. */
export function isSendPress(press: Press, sendKey: Settings['sendKey']): boolean {
  if (press.key !== 'Enter' || press.shiftKey || press.altKey) return false
  const withMod = press.ctrlKey || press.metaKey
  return sendKey === 'enter' ? !press.ctrlKey : withMod
}

/** The key for shortcuts: `⌘` on Apple's, `Ctrl` elsewhere. In the browser alone. */
export function modKeyName(): string {
  return /Mac|iPhone|iPad/.test(navigator.platform) ? '⌘' : 'Ctrl'
}
