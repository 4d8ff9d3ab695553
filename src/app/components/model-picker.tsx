'use client'
/** Under what one writes: which model answers, and a list to choose another one from. */
import { ChevronsUpDown } from 'lucide-react'
import { Popover } from 'radix-ui'
import { lazy, Suspense, useState } from 'react'
import { useText } from '../i18n/use-text.tsx'

const loadList = () => import('./model-list.tsx')
const ModelList = lazy(loadList)

interface ModelPickerProps {
  model: string
  models: readonly string[]
  onChoose: (model: string) => void
}

export function ModelPicker({ model, models, onChoose }: ModelPickerProps) {
  const { models: said } = useText()
  const [open, setOpen] = useState(false)
  const preload = () => void loadList().catch(() => {})
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger
        aria-label={said.button(model)}
        onPointerEnter={preload}
        onFocus={preload}
        className="-ms-2 inline-flex h-8 min-w-0 items-center gap-1.5 rounded-md px-2 font-mono text-xs text-ink-3 transition-colors hover:bg-tint hover:text-ink data-[state=open]:bg-tint data-[state=open]:text-ink touch:h-11"
      >
        <span className="truncate">{model}</span>
        <ChevronsUpDown aria-hidden="true" className="size-3 shrink-0" />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          side="top"
          align="start"
          sideOffset={8}
          collisionPadding={12}
          aria-label={said.choose}
          className="z-50 w-[min(22rem,calc(100vw-1.5rem))] animate-rise overflow-hidden rounded-lg border border-line bg-raised shadow-float"
        >
          {/* As high as the field that comes: nothing jumps. */}
          <Suspense fallback={<div className="h-11" />}>
            <ModelList
              model={model}
              models={models}
              onChoose={(chosen) => {
                setOpen(false)
                if (chosen !== model) onChoose(chosen)
              }}
            />
          </Suspense>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}
