'use client'
/** Light, dark, or as the system has it: three small radio buttons at the foot of the side. */
import { Monitor, Moon, Sun } from 'lucide-react'
import { useTheme } from 'next-themes'
import { RadioGroup } from 'radix-ui'
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
  return (
    <RadioGroup.Root
      aria-label="Theme"
      orientation="horizontal"
      value={hydrated ? theme : ''}
      onValueChange={setTheme}
      className="flex"
    >
      {themes.map(({ value, label, Icon }) => (
        <Tip key={value} label={label} side="top">
          {/* A span: the tooltip's trigger may not take the radio's own `data-state`. */}
          <span className="inline-flex">
            <RadioGroup.Item
              value={value}
              aria-label={label}
              className="inline-flex size-8 items-center justify-center rounded-md text-ink-3 transition-colors hover:text-ink touch:size-11 data-[state=checked]:bg-tint data-[state=checked]:text-ink"
            >
              <Icon className="size-4" />
            </RadioGroup.Item>
          </span>
        </Tip>
      ))}
    </RadioGroup.Root>
  )
}
