'use client'
/** What there is to know of an answer: when, by which model, for how much. Fetched when somebody is at the page. */
import { Popover } from 'radix-ui'
import type { RefObject } from 'react'
import type { Message } from '../../client/index.ts'
import type { Dictionary } from '../i18n/en.ts'
import type { Formats } from '../i18n/formats.ts'
import { useFormats, useText } from '../i18n/use-text.tsx'
import { useFocusReturn } from './focus-return.ts'

interface AboutPopoverProps {
  message: Message
  /** The button that opened it. */
  anchor: RefObject<HTMLElement>
  onClose: () => void
}

export default function AboutPopover({ message, anchor, onClose }: AboutPopoverProps) {
  const { about } = useText()
  const formats = useFormats()
  const focusReturn = useFocusReturn()
  return (
    <Popover.Root open onOpenChange={(open) => !open && onClose()}>
      <Popover.Anchor virtualRef={anchor} />
      <Popover.Portal>
        <Popover.Content
          {...focusReturn}
          side="bottom"
          align="start"
          sideOffset={6}
          collisionPadding={12}
          aria-label={about.name}
          onInteractOutside={(event) => {
            // The button closes it by itself.
            const { target } = event
            if (target instanceof Node && anchor.current.contains(target)) event.preventDefault()
          }}
          className="z-50 max-w-[calc(100vw-1.5rem)] animate-rise rounded-lg border border-line bg-raised px-4 py-3 text-sm shadow-float"
        >
          <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-6 gap-y-1.5">
            {factsOf(message, about, formats).map(({ name, value, isCode }) => (
              <div key={name} className="col-span-2 grid grid-cols-subgrid">
                <dt className="text-ink-3">{name}</dt>
                <dd
                  className={
                    isCode
                      ? 'font-mono text-xs leading-5 wrap-anywhere'
                      : 'wrap-anywhere text-ink tabular-nums'
                  }
                >
                  {value}
                </dd>
              </div>
            ))}
          </dl>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}

interface Fact {
  name: string
  value: string
  isCode?: boolean
}

function factsOf(message: Message, about: Dictionary['about'], formats: Formats): Fact[] {
  const { timestamp, model, usage, attempt, comment } = message
  const { dayAndTime, dollars, number } = formats
  const facts: Fact[] = [{ name: about.begun, value: dayAndTime(timestamp) }]
  if (model) facts.push({ name: about.model, value: model, isCode: true })
  if (usage) {
    const { promptTokens, completionTokens, costUsd } = usage
    const value = about.readAndWritten(number(promptTokens), number(completionTokens))
    facts.push({ name: about.tokens, value })
    if (costUsd !== undefined) facts.push({ name: about.cost, value: dollars(costUsd) })
  }
  const attempts = Math.max(attempt ?? 1, usage?.attempts ?? 1)
  if (attempts > 1) facts.push({ name: about.attempts, value: number(attempts) })
  if (comment) facts.push({ name: about.comment, value: comment })
  return facts
}
