/** Whether somebody has moved, pressed or typed: for what nobody needs before. */
import { useSyncExternalStore } from 'react'
import { atFirstSign } from '../components/later.tsx'

let attended = false
const listeners = new Set<() => void>()
atFirstSign(() => {
  attended = true
  for (const tell of listeners) tell()
})

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function useAttended(): boolean {
  return useSyncExternalStore(
    subscribe,
    () => attended,
    () => false,
  )
}
