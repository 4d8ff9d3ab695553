/**
 * How a queue gets another order, by edits of priority alone: rule Q1 turned round. Pure. Used by the
 * session handle's `arrange` and `sendNext`.
 */
import type { Priority } from '../core/events.ts'

/** A turn that waits, as far as its place goes. */
export interface Movable {
  messageId: string
  priority: Priority
  /** The order of arrival. */
  seq: number
}

/** One `edit`, to be sent after the ones before it. */
export interface Move {
  messageId: string
  priority: Priority
}

/**
 * The fewest edits after which `queue` (as it stands) has the order `wanted`. High ones come first in
 * the order in which they became high, the others as they arrived; so the front of the wanted order is
 * made high, one after the other, and only as far as arrival does not give the rest by itself. Ids that
 * do not wait any more are left out; what waits and is not named comes last, as it stands.
 */
export function movesTo(queue: readonly Movable[], wanted: readonly string[]): Move[] {
  const named = wanted.flatMap((id) => queue.find(({ messageId }) => messageId === id) ?? [])
  const order = [...named, ...queue.filter((turn) => !named.includes(turn))]
  if (order.every((turn, place) => turn === queue[place])) return []
  const tails = order.map((_, place) => place).concat(order.length)
  const plans = tails
    .filter((place) => isByArrival(order.slice(place)))
    .map((place) => plan(queue, order, place))
  return plans.reduce((best, other) => (other.length < best.length ? other : best))
}

/** To the front; or, in one edit, behind those that were sent ahead before. */
export function movesAhead(queue: readonly Movable[], messageId: string): Move[] {
  const place = queue.findIndex((turn) => turn.messageId === messageId)
  const turn = queue[place]
  if (!turn || place === 0) return []
  const passes = queue.slice(0, place).some(({ priority }) => priority === 'normal')
  if (turn.priority === 'normal' && passes) return [{ messageId, priority: 'high' }]
  return movesTo(queue, [messageId])
}

/** Makes the first `highs` of `order` high in their order, and the others normal. */
function plan(queue: readonly Movable[], order: readonly Movable[], highs: number): Move[] {
  const front = order.slice(0, highs)
  const kept = alreadyInOrder(
    queue.filter(({ priority }) => priority === 'high'),
    front,
  )
  const raised = front.slice(kept).flatMap(({ messageId, priority }): Move[] => {
    const raise: Move = { messageId, priority: 'high' }
    // One that is high keeps its rank until it was normal in between.
    return priority === 'high' ? [{ messageId, priority: 'normal' }, raise] : [raise]
  })
  const lowered = order.slice(highs).flatMap(({ messageId, priority }): Move[] => {
    return priority === 'high' ? [{ messageId, priority: 'normal' }] : []
  })
  return [...raised, ...lowered]
}

/** How many at the front of the wanted order are high and follow one another already. */
function alreadyInOrder(high: readonly Movable[], front: readonly Movable[]): number {
  let from = 0
  for (const [count, turn] of front.entries()) {
    const place = high.indexOf(turn, from)
    if (place === -1) return count
    from = place + 1
  }
  return front.length
}

function isByArrival(turns: readonly Movable[]): boolean {
  return turns.every((turn, place) => turn.seq >= (turns[place - 1]?.seq ?? 0))
}
