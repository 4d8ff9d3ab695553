/**
 * In one turn of the event loop only so many calls of one user begin; the others wait for the next turn, in their order.
 * Between turns the loop takes in what others sent, so who sends two hundred calls at once keeps nobody else
 * waiting for all of them. It slows nobody down: a turn that has nothing else to do is over at once. Used by `compose.ts`.
 */

export interface FairCalls {
  /**
   * Null where the call may begin now; else resolves when it may. Where `isOver` by then nobody is left to answer: it never
   * resolves, and what waited for it is garbage.
   */
  wait(who: string, isOver: () => boolean): Promise<void> | null
}

/** Calls of one user that begin in one turn. */
const most = 2

interface Line {
  begun: number
  waiting: { begin(): void; isOver(): boolean }[]
}

export function createFairCalls(nextTurn: (act: () => void) => unknown = setImmediate): FairCalls {
  /** Of those who call in this turn, or wait. */
  const lines = new Map<string, Line>()
  let isDue = false

  function endTurn(): void {
    isDue = false
    for (const [who, line] of lines) {
      line.waiting = line.waiting.filter(({ isOver }) => !isOver())
      const admitted = line.waiting.splice(0, most)
      line.begun = admitted.length
      if (admitted.length === 0) lines.delete(who)
      for (const { begin } of admitted) begin()
    }
    if (lines.size > 0) watchTurn()
  }

  function watchTurn(): void {
    if (isDue) return
    isDue = true
    nextTurn(endTurn)
  }

  return {
    wait(who, isOver) {
      watchTurn()
      const line = lines.get(who) ?? { begun: 0, waiting: [] }
      lines.set(who, line)
      if (line.begun < most) {
        line.begun++
        return null
      }
      return new Promise((begin) => line.waiting.push({ begin, isOver }))
    },
  }
}
