'use client'
/** Under what one writes: which model answers, whether one does, and that one is at it. */
import { useText } from '../i18n/use-text.tsx'
import { ModelPicker } from './model-picker.tsx'
import { SimulatedBadge } from './simulated-badge.tsx'

interface ComposerFooterProps {
  /** Absent until the server has said so. */
  model: string | undefined
  /** What one may choose from. */
  models: readonly string[]
  onModel: (model: string) => void
  simulated: boolean
  answering: boolean
}

export function ComposerFooter(props: ComposerFooterProps) {
  const text = useText()
  const { model, models, onModel, simulated, answering } = props
  return (
    <>
      {simulated && <SimulatedBadge />}
      <span className="flex min-w-0 flex-1">
        {model && models.length > 1 && (
          <ModelPicker model={model} models={models} onChoose={onModel} />
        )}
        {model && models.length <= 1 && (
          <span className="truncate font-mono text-xs text-ink-3">{model}</span>
        )}
      </span>
      {answering && (
        <span className="shrink-0 animate-fade text-xs text-ink-3">{text.composer.answering}</span>
      )}
    </>
  )
}
