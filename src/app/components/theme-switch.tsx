'use client'
/** Light, dark, or as the system has it: three small radio buttons at the foot of the side. */
import { Monitor, Moon, Sun } from 'lucide-react'
import { useTheme } from 'next-themes'
import { RadioGroup } from 'radix-ui'
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
  return (
    <RadioGroup.Root
      aria-label={text.theme.name}
      orientation="horizontal"
      value={hydrated ? theme : ''}
      onValueChange={setTheme}
      className="flex"
    >
      {themes.map(({ value, Icon }) => (
        <Tip key={value} label={text.theme[value]} side="top">
          {/* A span: the tooltip's trigger may not take the radio's own `data-state`. */}
          <span className="inline-flex">
            <RadioGroup.Item
              value={value}
              aria-label={text.theme[value]}
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
