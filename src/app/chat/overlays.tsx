'use client'
/** The page's dialogs. Their code is fetched when somebody is at the page. */
import { Suspense } from 'react'
import { later } from '../components/later.tsx'
import { showOverlay, useOverlay } from './overlay.ts'

const CommandPalette = later(() => import('./command-palette.tsx'))
const SettingsDialog = later(() => import('../components/settings-dialog.tsx'))
const KeyboardDialog = later(() => import('../components/keyboard-dialog.tsx'))

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
