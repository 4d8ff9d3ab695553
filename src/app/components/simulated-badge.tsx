'use client'
/** Says that no model answers, only the built-in simulator, and how to change that. */
import { Popover } from 'radix-ui'
import { useText } from '../i18n/use-text.tsx'

export function SimulatedBadge() {
  const { simulated } = useText()
  return (
    <Popover.Root>
      <Popover.Trigger className="inline-flex h-6 shrink-0 items-center rounded-full border border-edge px-2.5 text-xs text-ink-2 transition-colors hover:border-ink-3 hover:text-ink touch:h-8">
        {simulated.badge}
      </Popover.Trigger>
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
