'use client'
/** The page's dialogs: the code of each is fetched when it is first opened. */
import { lazy, Suspense } from 'react'
import { showOverlay, useOverlay } from './overlay.ts'

const CommandPalette = lazy(() => import('./command-palette.tsx'))
const SettingsDialog = lazy(() => import('../components/settings-dialog.tsx'))
const KeyboardDialog = lazy(() => import('../components/keyboard-dialog.tsx'))

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
