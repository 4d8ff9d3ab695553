'use client'
/** The models, with a search over their names. Fetched when it is first opened. */
import { Command } from 'cmdk'
import { Check } from 'lucide-react'
import { useText } from '../i18n/use-text.tsx'

interface ModelListProps {
  model: string
  models: readonly string[]
  onChoose: (model: string) => void
}

export default function ModelList({ model, models, onChoose }: ModelListProps) {
  const { models: said } = useText()
  return (
    <Command label={said.search} loop defaultValue={model}>
      <Command.Input
        autoFocus
        placeholder={said.search}
        className="block h-11 w-full border-b border-line bg-transparent px-4 text-sm outline-none touch:text-[1rem]"
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
            onSelect={() => onChoose(one)}
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
  )
}
