'use client'
/** Under what one writes: which model answers. Pressed, it opens the list to choose another one from. */
import { ChevronsUpDown } from 'lucide-react'
import { Suspense, useState } from 'react'
import { useText } from '../i18n/use-text.tsx'
import { later } from './later.tsx'

const ModelPopover = later(() => import('./model-popover.tsx'))

interface ModelPickerProps {
  model: string
  models: readonly string[]
  onChoose: (model: string) => void
}

export default function ModelPicker({ model, models, onChoose }: ModelPickerProps) {
  const { models: said } = useText()
  const [pressed, setPressed] = useState(false)
  const button = (
    <button
      type="button"
      aria-label={said.button(model)}
      onClick={() => setPressed(true)}
      className="-ms-2 inline-flex h-8 min-w-0 items-center gap-1.5 rounded-md px-2 font-mono text-xs text-ink-3 transition-colors hover:bg-tint hover:text-ink data-[state=open]:bg-tint data-[state=open]:text-ink touch:h-11"
    >
      <span className="truncate">{model}</span>
      <ChevronsUpDown aria-hidden="true" className="size-3 shrink-0" />
    </button>
  )
  if (!pressed) return button
  return (
    <Suspense fallback={button}>
      <ModelPopover model={model} models={models} onChoose={onChoose}>
        {button}
      </ModelPopover>
    </Suspense>
  )
}
