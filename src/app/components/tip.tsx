/** A tooltip: what an icon means, for who hovers or focuses it. The name itself is the button's. */
import { Tooltip } from 'radix-ui'
import type { ReactNode } from 'react'

interface TipProps {
  label: string
  side?: 'top' | 'right' | 'bottom' | 'left'
  children: ReactNode
}

export function Tip({ label, side = 'bottom', children }: TipProps) {
  return (
    <Tooltip.Root>
      <Tooltip.Trigger asChild>{children}</Tooltip.Trigger>
      <Tooltip.Portal>
        <Tooltip.Content
          side={side}
          sideOffset={6}
          collisionPadding={8}
          className="z-50 animate-fade rounded-sm bg-ink px-2 py-1 text-xs text-paper select-none"
        >
          {label}
        </Tooltip.Content>
      </Tooltip.Portal>
    </Tooltip.Root>
  )
}
