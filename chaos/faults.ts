/** What breaks, step by step: the network of a user, and what the stage does to its machines. */
import { assertNever } from '../src/core/assert-never.ts'
import type { Deed } from './deeds.ts'
import type { Step } from './schedule.ts'
import { passed, type Stage } from './stage.ts'
import type { Player } from './troupe.ts'

export type Fault = Exclude<Step, Deed>
type NetworkFault = Extract<Fault, { user: number }>

/** The answer to a mutation, as it is written on the wire. */
const receipt = /"position":\d|"outcome":"/

export interface Breaking {
  stage: Stage
  players: readonly Player[]
  /** Told when a fault really happened. */
  happened(what: Step['do']): void
}

/** Resolves when it is over. */
export async function breakIt(fault: Fault, breaking: Breaking): Promise<void> {
  if ('user' in fault) return breakNetwork(fault, breaking)
  return breaking.stage.suffer(fault, () => breaking.happened(fault.do))
}

/** How long a slow link stays slow. */
const slowMs = 400

async function breakNetwork(fault: NetworkFault, { players, happened }: Breaking): Promise<void> {
  const player = players[fault.user]
  if (!player) return
  const { proxy, bareProxy } = player
  const both = [proxy, bareProxy]
  const isOpen = both.some(({ open }) => open > 0)
  switch (fault.do) {
    case 'cut':
      for (const each of both) each.cutAll()
      break
    case 'cut-after':
      for (const each of both) {
        each.cutAfter(() => fault.bytes)
        // What is open is counted from its beginning on: only new connections are cut so.
        each.cutAll()
      }
      setTimeout(() => {
        for (const each of both) each.cutAfter(null)
      }, slowMs)
      break
    case 'half-open':
      for (const each of both) each.swallow()
      break
    case 'slow':
      for (const each of both) each.slow(fault.delayMs)
      await passed(slowMs)
      for (const each of both) each.slow(0)
      break
    case 'lose-reply':
      proxy.loseReply(receipt, () => happened('lose-reply'))
      return
    default:
      assertNever(fault)
  }
  if (isOpen) happened(fault.do)
}
