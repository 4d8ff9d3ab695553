'use client'
/** The page's dialogs: the code of each is fetched when it is first opened. */
import { lazy, Suspense } from 'react'
import { showOverlay, useOverlay } from './overlay.ts'

const load = {
  palette: () => import('./command-palette.tsx'),
  settings: () => import('../components/settings-dialog.tsx'),
  keyboard: () => import('../components/keyboard-dialog.tsx'),
}
const CommandPalette = lazy(load.palette)
const SettingsDialog = lazy(load.settings)
const KeyboardDialog = lazy(load.keyboard)

/** Fetches the code of all, for when there is no network. */
export async function preloadOverlays(): Promise<void> {
  await Promise.all([load.palette(), load.settings(), load.keyboard()])
}

export function Overlays({ sessionId }: { sessionId: string | null }) {
  const open = useOverlay()
  const close = () => showOverlay(null)
  return (
    <Suspense>
      {open === 'palette' && <CommandPalette sessionId={sessionId} onClose={close} />}
      {open === 'settings' && <SettingsDialog onClose={close} />}
      {open === 'keyboard' && <KeyboardDialog onClose={close} />}
    </Suspense>
  )
}
