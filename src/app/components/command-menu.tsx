'use client'
/** The commands that one may mean, above the composer. A listbox whose marked option the field names. */
import clsx from 'clsx'
import { useEffect, useRef } from 'react'
import type { SlashOption } from '../chat/slash-command.ts'
import { useText } from '../i18n/use-text.tsx'
import { optionId } from './use-command-menu.ts'

interface CommandMenuProps {
  id: string
  options: readonly SlashOption[]
  /** Of the marked one. */
  place: number
  onMark: (place: number) => void
  onChoose: (option: SlashOption) => void
}

export default function CommandMenu({ id, options, place, onMark, onChoose }: CommandMenuProps) {
  const { commands } = useText()
  const list = useRef<HTMLDivElement>(null)
  useEffect(() => {
    list.current?.children[place]?.scrollIntoView({ block: 'nearest' })
  }, [place])
  return (
    <div className="absolute -inset-x-px bottom-full z-20 mb-2">
      <div
        ref={list}
        id={id}
        role="listbox"
        aria-label={commands.menu}
        tabIndex={-1}
        className="max-h-[min(20rem,45dvh)] animate-rise overflow-y-auto overscroll-contain rounded-lg border border-line bg-raised p-1 shadow-float"
      >
        {options.map((option, at) => (
          // The keys are the field's: the focus never leaves it.
          // biome-ignore lint/a11y/useKeyWithClickEvents: see above
          <div
            key={option.text}
            id={optionId(id, at)}
            role="option"
            aria-selected={at === place}
            tabIndex={-1}
            onPointerMove={() => at !== place && onMark(at)}
            // Kept from taking the focus, and the keyboard of a phone with it.
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => onChoose(option)}
            className={clsx(
              'flex min-h-9 cursor-pointer items-center gap-3 rounded-md px-3 py-2 text-sm select-none touch:min-h-11',
              at === place && 'bg-tint',
            )}
          >
            <span
              className={clsx(
                'shrink-0 font-mono text-ink',
                option.hint !== null && 'min-w-[7.5rem]',
              )}
            >
              {option.text.trim()}
            </span>
            <span className="min-w-0 text-ink-2">{option.hint && commands.hints[option.hint]}</span>
          </div>
        ))}
      </div>
    </div>
  )
}
