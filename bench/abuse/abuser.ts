/**
 * One user who does a hundred times what the limits let him, all kinds at once and from one address: a process of its
 * own, so that it takes no time from those who measure. It sends as fast as the server takes it, up to the rates of
 * `plan.ts`. Started by the scenario `abuse` and by `integration/one-abuser.test.ts`.
 */
import { serve } from '../rpc.ts'
import { type AbusePlan, tickMs } from './plan.ts'
import { floodRequests } from './requests.ts'
import { floodSockets, forbiddenUpgrades, stormOfOpenings } from './sockets.ts'
import { AbuseTally } from './tally.ts'

const tally = new AbuseTally()

const verbs = {
  begin(plan: AbusePlan): void {
    const floods = [floodSockets, stormOfOpenings, forbiddenUpgrades, floodRequests].map((begin) =>
      begin(plan, tally),
    )
    setInterval(() => {
      for (const flood of floods) flood()
    }, tickMs)
  },

  tally: () => tally.read(),
}

export type AbuserVerbs = typeof verbs

serve(verbs)
