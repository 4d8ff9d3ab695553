'use client'
/** What there is to know of an answer, for who asks: when, by which model, for how much. */
import { Info } from 'lucide-react'
import { Popover } from 'radix-ui'
import type { Message } from '../../core/messages.ts'
import { IconButton } from './button.tsx'
import { dateAndTime } from './message-time.ts'

export function AnswerAbout({ message }: { message: Message }) {
  return (
    <Popover.Root>
      <Popover.Trigger asChild>
        <IconButton label="About this answer">
          <Info />
        </IconButton>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          side="bottom"
          align="start"
          sideOffset={6}
          collisionPadding={12}
          aria-label="About this answer"
          className="z-50 max-w-[calc(100vw-1.5rem)] animate-rise rounded-lg border border-line bg-raised px-4 py-3 text-sm shadow-float"
        >
          <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-6 gap-y-1.5">
            {factsOf(message).map(({ name, value, isCode }) => (
              <div key={name} className="col-span-2 grid grid-cols-subgrid">
                <dt className="text-ink-3">{name}</dt>
                <dd
                  className={
                    isCode ? 'font-mono text-xs leading-5 wrap-anywhere' : 'text-ink tabular-nums'
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

function factsOf({ timestamp, model, usage, attempt, comment }: Message): Fact[] {
  const facts: Fact[] = [{ name: 'Begun', value: dateAndTime(timestamp) }]
  if (model) facts.push({ name: 'Model', value: model, isCode: true })
  if (usage) {
    const { promptTokens, completionTokens, costUsd } = usage
    facts.push({
      name: 'Tokens',
      value: `${promptTokens.toLocaleString()} read, ${completionTokens.toLocaleString()} written`,
    })
    if (costUsd !== undefined) facts.push({ name: 'Cost', value: dollars(costUsd) })
  }
  const attempts = Math.max(attempt ?? 1, usage?.attempts ?? 1)
  facts.push({ name: 'Attempts', value: attempts.toLocaleString() })
  if (comment) facts.push({ name: 'Comment', value: comment })
  return facts
}

/** Two figures that say something, however little it was. */
function dollars(amount: number): string {
  return amount.toLocaleString([], {
    style: 'currency',
    currency: 'USD',
    minimumFractionDigits: 2,
    maximumFractionDigits: amount < 0.01 ? 6 : 4,
  })
}
