'use client'
/** Light, dark, or as the system has it: three small radio buttons at the foot of the side. */
import { Monitor, Moon, Sun } from 'lucide-react'
import { useTheme } from 'next-themes'
import { useId } from 'react'
import { useHydrated } from '../chat/use-hydrated.ts'
import { Tip } from './tip.tsx'

const themes = [
  { value: 'light', label: 'Light', Icon: Sun },
  { value: 'dark', label: 'Dark', Icon: Moon },
  { value: 'system', label: 'System', Icon: Monitor },
]

export function ThemeSwitch() {
  const { theme = 'system', setTheme } = useTheme()
  const hydrated = useHydrated()
  const name = useId()
  return (
    <div role="radiogroup" aria-label="Theme" className="flex">
      {themes.map(({ value, label, Icon }) => (
        <Tip key={value} label={label} side="top">
          <label className="relative inline-flex size-8 items-center justify-center rounded-md text-ink-3 transition-colors hover:text-ink has-checked:bg-tint has-checked:text-ink touch:size-11">
            <input
              type="radio"
              name={name}
              value={value}
              aria-label={label}
              checked={hydrated && theme === value}
              onChange={() => setTheme(value)}
              className="absolute inset-0 size-full appearance-none rounded-md"
            />
            <Icon className="size-4" />
          </label>
        </Tip>
      ))}
    </div>
  )
}
