'use client'
/** The badge of the simulator, opened: what it means, and how to change it. Fetched when it is needed. */
import { Popover } from 'radix-ui'
import type { ReactElement } from 'react'
import { useText } from '../i18n/use-text.tsx'

export default function SimulatedPopover({ children }: { children: ReactElement }) {
  const { simulated } = useText()
  return (
    <Popover.Root defaultOpen>
      <Popover.Trigger asChild>{children}</Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          side="top"
          align="start"
          sideOffset={10}
          collisionPadding={12}
          aria-label={simulated.badge}
          className="z-50 w-[min(22rem,calc(100vw-1.5rem))] animate-rise rounded-lg border border-line bg-raised p-4 text-sm text-ink-2 shadow-float"
        >
          <p className="font-medium text-ink">{simulated.title}</p>
          <p className="mt-1.5">{simulated.text}</p>
          <pre className="mt-3 overflow-x-auto rounded-md bg-wash px-3 py-2.5 font-mono text-xs leading-5 text-ink">
            {'OPENROUTER_API_KEY=…\nMODEL=openai/gpt-4-turbo'}
          </pre>
          <p className="mt-3">
            {simulated.orBefore}
            <code className="font-mono text-xs text-ink">OPENROUTER_BASE_URL</code>
            {simulated.orAfter}
          </p>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}
