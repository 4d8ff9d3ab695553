/**
 * The budget of each user and day, in UTC: what may still be asked. Looked at as a query comes in and as its
 * turn begins. Answers that run when it is used up run to their end.
 */
import { AgentError } from '../errors.ts'
import type { Clock } from '../ports/clock.ts'
import type { Store } from '../ports/store.ts'
import type { AgentSettings } from './settings.ts'
import { dayOf } from './spending.ts'

const dayMs = 24 * 60 * 60_000

export const budgetSentence =
  'The budget of this day is used up. It begins anew at midnight, UTC: try again then.'

interface BudgetParts {
  store: Store
  clock: Clock
  settings: Pick<AgentSettings, 'budget'>
}

/** Milliseconds until the user may ask again; null where that is now. */
export async function budgetWaitMs(
  { store, clock, settings }: BudgetParts,
  userId: string,
): Promise<number | null> {
  const { tokensPerDay, costPerDayUsd } = settings.budget
  if (tokensPerDay === null && costPerDayUsd === null) return null
  const nowMs = clock.now()
  const { tokens, costUsd } = await store.spent({ userId, day: dayOf(nowMs) })
  const isLeft =
    (tokensPerDay === null || tokens < tokensPerDay) &&
    (costPerDayUsd === null || costUsd < costPerDayUsd)
  return isLeft ? null : dayMs - (nowMs % dayMs)
}

/** Throws `RATE_LIMITED`, which says when, where the user's day is used up. */
export async function checkBudget(parts: BudgetParts, userId: string): Promise<void> {
  const retryAfterMs = await budgetWaitMs(parts, userId)
  if (retryAfterMs === null) return
  throw new AgentError('RATE_LIMITED', { message: budgetSentence, retryAfterMs })
}
