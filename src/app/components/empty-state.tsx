'use client'
/** A conversation before its first message: who answers, and a few things to begin with. */
import { ArrowRight } from 'lucide-react'
import { useText } from '../i18n/use-text.tsx'
import { Mark } from './mark.tsx'

interface EmptyStateProps {
  agentName: string
  onSuggest: (text: string) => void
}

export function EmptyState({ agentName, onSuggest }: EmptyStateProps) {
  const { empty } = useText()
  return (
    <div className="flex min-h-0 flex-1 flex-col overflow-y-auto">
      <div className="shell-pad mx-auto mt-auto mb-[8dvh] w-full max-w-[46rem] pt-8 max-sm:mb-4">
        {/* Its drawing stands on the edge of the text, not its box. */}
        <span className="-ms-[3px] block">
          <Mark size={36} />
        </span>
        <h1 className="mt-5 text-display font-medium tracking-[-0.03em] wrap-anywhere">
          {agentName}
        </h1>
        <p className="mt-2 max-w-[34rem] text-read text-balance text-ink-2">{empty.text}</p>
        <ul
          aria-label={empty.suggestions}
          className="mt-8 divide-y divide-line border-y border-line"
        >
          {empty.examples.map((text) => (
            <li key={text}>
              <button
                type="button"
                onClick={() => onSuggest(text)}
                className="group flex w-full items-center justify-between gap-4 py-3 text-start text-base text-ink-2 transition-colors hover:text-ink touch:py-3.5"
              >
                <span className="text-pretty">{text}</span>
                <ArrowRight
                  aria-hidden="true"
                  className="size-4 shrink-0 text-ink-3 transition-transform group-hover:translate-x-0.5 group-hover:text-accent"
                />
              </button>
            </li>
          ))}
        </ul>
      </div>
    </div>
  )
}
