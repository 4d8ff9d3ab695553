/** Under what one writes: which model answers, and whether one does. */
import { SimulatedBadge } from './simulated-badge.tsx'

interface ComposerFooterProps {
  /** Absent until the server has said so. */
  model: string | undefined
  simulated: boolean
}

export function ComposerFooter({ model, simulated }: ComposerFooterProps) {
  return (
    <>
      {simulated && <SimulatedBadge />}
      {model && <span className="truncate font-mono text-xs text-ink-3">{model}</span>}
    </>
  )
}
