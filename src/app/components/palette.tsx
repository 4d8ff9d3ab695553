'use client'
/**
 * The command palette: a field, and what it finds, in groups. What there is and what it does is the
 * caller's; so is the filtering. Used by `command-palette.tsx`.
 */
import { Command } from 'cmdk'
import type { LucideIcon } from 'lucide-react'
import { useLayoutEffect, useRef } from 'react'
import { useText } from '../i18n/use-text.tsx'
import { DialogFrame } from './dialog-frame.tsx'

export interface PaletteItem {
  id: string
  label: string
  Icon: LucideIcon
  /** At the end of the line: a key, or that it is the current one. */
  hint?: string
  isDanger?: boolean
  run: () => void
}

export interface PaletteGroup {
  name: string
  items: readonly PaletteItem[]
}

interface PaletteProps {
  groups: readonly PaletteGroup[]
  query: string
  placeholder: string
  onQuery: (query: string) => void
  /** The field takes the keys from here on. */
  onFocus?: () => void
  /** Esc, or Backspace in an empty field, where there is a way back. */
  onBack?: (() => void) | undefined
  onClose: () => void
}

export function Palette({
  groups,
  query,
  placeholder,
  onQuery,
  onFocus,
  onBack,
  onClose,
}: PaletteProps) {
  const { palette } = useText()
  const frame = useRef<HTMLDivElement>(null)
  // Where the marked item goes together with others, as those do that a search replaces, cmdk 1.1.1 marks no other:
  // Enter would do nothing.
  useLayoutEffect(() => {
    const { current } = frame
    if (!current || current.querySelector('[role="option"][aria-selected="true"]')) return
    current.dispatchEvent(new KeyboardEvent('keydown', { key: 'Home', bubbles: true }))
  })
  return (
    <DialogFrame title={palette.title} hideTitle onClose={onClose}>
      <Command
        ref={frame}
        label={palette.title}
        shouldFilter={false}
        loop
        onKeyDown={(event) => {
          if (onBack && event.key === 'Backspace' && query === '') onBack()
        }}
        className="flex min-h-0 flex-col"
      >
        <Command.Input
          value={query}
          onValueChange={onQuery}
          onFocus={onFocus}
          placeholder={placeholder}
          className="h-13 shrink-0 border-b border-line bg-transparent transition-colors focus:border-ink-3 px-5 text-[1rem] outline-none"
        />
        <Command.List
          label={palette.title}
          className="min-h-0 scroll-py-2 overflow-y-auto overscroll-contain p-2"
        >
          <Command.Empty className="px-3 py-6 text-base text-ink-3">{palette.none}</Command.Empty>
          {groups.map(({ name, items }) => (
            <Command.Group
              key={name}
              heading={name}
              className="[&_[cmdk-group-heading]]:px-3 [&_[cmdk-group-heading]]:pt-3 [&_[cmdk-group-heading]]:pb-1.5 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:text-ink-3"
            >
              {items.map(({ id, label, Icon, hint, isDanger, run }) => (
                <Command.Item
                  key={id}
                  value={id}
                  onSelect={run}
                  data-danger={isDanger || undefined}
                  className="flex h-9 cursor-pointer items-center gap-3 rounded-md px-3 text-base text-ink-2 data-danger:text-danger data-[selected=true]:bg-tint data-[selected=true]:text-ink data-danger:data-[selected=true]:text-danger touch:h-11"
                >
                  <Icon aria-hidden="true" className="size-4 shrink-0 text-ink-3" />
                  <span className="min-w-0 flex-1 truncate">{label}</span>
                  {hint && <span className="shrink-0 text-xs text-ink-3">{hint}</span>}
                </Command.Item>
              ))}
            </Command.Group>
          ))}
        </Command.List>
      </Command>
    </DialogFrame>
  )
}
