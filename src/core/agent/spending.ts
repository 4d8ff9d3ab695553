/**
 * What a call of the model counts as, against its user's day: as the model reported it, or by what is known
 * where it reported nothing, as of a call that was stopped or cut. Used by the turn.
 */
import type { Usage } from '../events.ts'
import type { Clock } from '../ports/clock.ts'
import type { Spend } from '../ports/store.ts'

/** English text has about so many characters a token; it is a guess, and so is every other number here. */
const charsPerToken = 4

export interface Call {
  userId: string
  /** As it was asked for: one of the settings' models. */
  model: string
  /** What was sent and what came, in UTF-16 units. */
  chars: number
  usage?: Usage | undefined
}

export class Spending {
  readonly #clock: Clock
  /** US dollars a token, of each model's last answer that reported both. */
  readonly #prices = new Map<string, number>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  spendOf({ userId, model, chars, usage }: Call): Spend {
    const day = dayOf(this.#clock.now())
    if (usage) {
      const tokens = usage.promptTokens + usage.completionTokens
      const { costUsd = 0 } = usage
      if (usage.costUsd !== undefined && tokens > 0) this.#prices.set(model, costUsd / tokens)
      return { userId, day, tokens, costUsd }
    }
    const tokens = Math.ceil(chars / charsPerToken)
    return { userId, day, tokens, costUsd: tokens * (this.#prices.get(model) ?? 0) }
  }
}

/** `2026-01-31`, in UTC. */
export function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}
