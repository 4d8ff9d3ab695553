/**
 * What one has set in this browser, besides theme and language: which key sends, and how much moves.
 * Kept in `localStorage`; other tabs follow. Used by the settings dialog and by those that obey. Parsed by
 * hand: a schema library would weigh more than the rest of the first load's stores together.
 */
export interface Settings {
  sendKey: 'enter' | 'mod-enter'
  motion: 'system' | 'reduced'
}

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
    const kept: { sendKey?: unknown; motion?: unknown } | null = JSON.parse(
      localStorage.getItem(key) ?? 'null',
    )
    return {
      sendKey: kept?.sendKey === 'mod-enter' ? 'mod-enter' : 'enter',
      motion: kept?.motion === 'reduced' ? 'reduced' : 'system',
    }
  } catch {
    return defaultSettings
  }
}
