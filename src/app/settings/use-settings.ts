'use client'
/** The settings as they are now. On the server, and until React has taken over, the defaults. */
import { useEffect, useSyncExternalStore } from 'react'
import { defaultSettings, getSettings, type Settings, subscribeSettings } from './settings.ts'

const onServer = () => defaultSettings

export function useSettings(): Settings {
  return useSyncExternalStore(subscribeSettings, getSettings, onServer)
}

/** Puts the chosen motion on the document, where the style sheet reads it. Used once, by the shell. */
export function useMotion(): void {
  const { motion } = useSettings()
  useEffect(() => {
    document.documentElement.dataset.motion = motion
  }, [motion])
}
