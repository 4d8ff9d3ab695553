'use client'
import { Suspense } from 'react'
/** Under what one writes: which model answers, whether one does, and that one is at it. */
import { useText } from '../i18n/use-text.tsx'
import { later } from './later.tsx'
import { SimulatedBadge } from './simulated-badge.tsx'

const ModelPicker = later(() => import('./model-picker.tsx'))

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
  const name = model && <span className="truncate font-mono text-xs text-ink-3">{model}</span>
  return (
    <>
      {simulated && <SimulatedBadge />}
      <span className="flex min-w-0 flex-1">
        {models.length > 1 && model ? (
          <Suspense fallback={name}>
            <ModelPicker model={model} models={models} onChoose={onModel} />
          </Suspense>
        ) : (
          name
        )}
      </span>
      {answering && (
        <span className="shrink-0 animate-fade text-xs text-ink-3">{text.composer.answering}</span>
      )}
    </>
  )
}
