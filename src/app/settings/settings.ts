/**
 * What one has set in this browser, besides theme and language: which key sends, and how much moves.
 * Kept in `localStorage`; other tabs follow. Used by the settings dialog and by those that obey.
 */
import { z } from 'zod'

const settings = z.object({
  sendKey: z.enum(['enter', 'mod-enter']).catch('enter'),
  motion: z.enum(['system', 'reduced']).catch('system'),
})
export type Settings = z.infer<typeof settings>

export const defaultSettings: Settings = { sendKey: 'enter', motion: 'system' }

const key = 'agent-websocket:settings'
const listeners = new Set<() => void>()
let current: Settings | null = null

export function getSettings(): Settings {
  current ??= read()
  return current
}

export function changeSettings(change: Partial<Settings>): void {
  current = { ...getSettings(), ...change }
  try {
    localStorage.setItem(key, JSON.stringify(current))
  } catch {
    // Refused or full: they hold as long as the page.
  }
  for (const listener of listeners) listener()
}

export function subscribeSettings(listener: () => void): () => void {
  const onStorage = (event: StorageEvent) => {
    if (event.key !== key && event.key !== null) return
    current = null
    listener()
  }
  listeners.add(listener)
  window.addEventListener('storage', onStorage)
  return () => {
    listeners.delete(listener)
    window.removeEventListener('storage', onStorage)
  }
}

function read(): Settings {
  try {
    return settings.catch(defaultSettings).parse(JSON.parse(localStorage.getItem(key) ?? '{}'))
  } catch {
    return defaultSettings
  }
}
