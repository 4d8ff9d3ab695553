/** The sessions that are about to be deleted, as the browser's storage has them. Apart from what deletes them. */
export const deletionPrefix = 'agent-websocket:deleting:'

/** When each is due, in milliseconds since 1970; 0 where that is not readable. */
export function keptDeletions(storage: Storage | null): ReadonlyMap<string, number> {
  const kept = new Map<string, number>()
  try {
    for (const key of Object.keys(storage ?? {})) {
      if (!key.startsWith(deletionPrefix)) continue
      kept.set(key.slice(deletionPrefix.length), Number(storage?.getItem(key)) || 0)
    }
  } catch {
    // Refused: then they live as long as the page.
  }
  return kept
}
