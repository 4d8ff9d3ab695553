'use client'
/** Says that no model answers, only the built-in simulator. Pressed, it tells how to change that. */
import { Suspense, useState } from 'react'
import { useText } from '../i18n/use-text.tsx'
import { later } from './later.tsx'

const SimulatedPopover = later(() => import('./simulated-popover.tsx'))

const badge =
  'inline-flex h-6 shrink-0 items-center rounded-full border border-edge px-2.5 text-xs text-ink-2 transition-colors hover:border-ink-3 hover:text-ink touch:h-8'

export function SimulatedBadge() {
  const { simulated } = useText()
  const [pressed, setPressed] = useState(false)
  const button = (
    <button type="button" className={badge} onClick={() => setPressed(true)}>
      {simulated.badge}
    </button>
  )
  if (!pressed) return button
  return (
    <Suspense fallback={button}>
      <SimulatedPopover>{button}</SimulatedPopover>
    </Suspense>
  )
}
