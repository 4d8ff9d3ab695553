'use client'
/** Light, dark, or as the system has it: three small radio buttons at the foot of the side. */
import { Monitor, Moon, Sun } from 'lucide-react'
import { useTheme } from 'next-themes'
import { useId } from 'react'
import { useHydrated } from '../chat/use-hydrated.ts'
import { useText } from '../i18n/use-text.tsx'
import { Tip } from './tip.tsx'

const themes = [
  { value: 'light', Icon: Sun },
  { value: 'dark', Icon: Moon },
  { value: 'system', Icon: Monitor },
] as const

export function ThemeSwitch() {
  const { theme = 'system', setTheme } = useTheme()
  const text = useText()
  const hydrated = useHydrated()
  const name = useId()
  return (
    <div role="radiogroup" aria-label={text.theme.name} className="flex">
      {themes.map(({ value, Icon }) => (
        <Tip key={value} label={text.theme[value]} side="top">
          <label className="relative inline-flex size-8 items-center justify-center rounded-md text-ink-3 transition-colors hover:text-ink has-checked:bg-tint has-checked:text-ink touch:size-11">
            <input
              type="radio"
              name={name}
              value={value}
              aria-label={text.theme[value]}
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
