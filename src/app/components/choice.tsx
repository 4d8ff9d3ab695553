'use client'
/** One of a few, side by side: native radio buttons, so the arrow keys and screen readers know them. */
import { useId } from 'react'

interface ChoiceProps<T extends string> {
  name: string
  value: T
  options: readonly { value: T; label: string /** Of a language's own name. */; lang?: string }[]
  onChange: (value: T) => void
}

export function Choice<T extends string>({ name, value, options, onChange }: ChoiceProps<T>) {
  const group = useId()
  return (
    <div
      role="radiogroup"
      aria-label={name}
      className="flex flex-wrap gap-0.5 self-start rounded-md bg-wash p-0.5"
    >
      {options.map((option) => (
        <label
          key={option.value}
          className="relative inline-flex h-8 items-center rounded-[calc(var(--radius-md)-2px)] px-3 text-sm text-ink-2 transition-colors hover:text-ink has-checked:bg-raised has-checked:font-medium has-checked:text-ink has-checked:shadow-step touch:h-11"
        >
          <input
            type="radio"
            name={group}
            value={option.value}
            checked={option.value === value}
            onChange={() => onChange(option.value)}
            className="absolute inset-0 size-full cursor-pointer appearance-none rounded-[calc(var(--radius-md)-2px)]"
          />
          <span lang={option.lang}>{option.label}</span>
        </label>
      ))}
    </div>
  )
}
