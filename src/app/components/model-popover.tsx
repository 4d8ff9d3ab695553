'use client'
/** The models, with a search over their names. Fetched when it is needed, by `model-picker.tsx`. */
import { Command } from 'cmdk'
import { Check } from 'lucide-react'
import { Popover } from 'radix-ui'
import { type ReactElement, useState } from 'react'
import { useText } from '../i18n/use-text.tsx'

interface ModelPopoverProps {
  model: string
  models: readonly string[]
  onChoose: (model: string) => void
  /** The button that was pressed, and opens it again. */
  children: ReactElement
}

export default function ModelPopover({ model, models, onChoose, children }: ModelPopoverProps) {
  const { models: said } = useText()
  const [open, setOpen] = useState(true)
  const choose = (chosen: string) => {
    setOpen(false)
    if (chosen !== model) onChoose(chosen)
  }
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger asChild>{children}</Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          side="top"
          align="start"
          sideOffset={8}
          collisionPadding={12}
          aria-label={said.choose}
          className="z-50 w-[min(22rem,calc(100vw-1.5rem))] animate-rise overflow-hidden rounded-lg border border-line bg-raised shadow-float"
        >
          <Command label={said.search} loop defaultValue={model}>
            <Command.Input
              autoFocus
              placeholder={said.search}
              className="block h-11 w-full border-b border-line bg-transparent transition-colors focus:border-ink-3 px-4 text-sm outline-none touch:text-[1rem]"
            />
            <Command.List
              label={said.list}
              className="max-h-[min(18rem,45dvh)] overflow-y-auto overscroll-contain p-1"
            >
              <Command.Empty className="px-3 py-2.5 text-sm text-ink-3">{said.none}</Command.Empty>
              {models.map((one) => (
                <Command.Item
                  key={one}
                  value={one}
                  onSelect={() => choose(one)}
                  className="flex min-h-9 cursor-pointer items-center gap-2 rounded-md px-3 font-mono text-xs text-ink select-none data-[selected=true]:bg-tint touch:min-h-11"
                >
                  <span className="min-w-0 flex-1 truncate">{one}</span>
                  {one === model && (
                    <>
                      <Check aria-hidden="true" className="size-3.5 shrink-0 text-accent" />
                      <span className="sr-only">{said.inUse}</span>
                    </>
                  )}
                </Command.Item>
              ))}
            </Command.List>
          </Command>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}
