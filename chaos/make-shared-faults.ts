/**
 * What breaks where servers share a Redis: often for a moment, and now and then for longer than a lease lasts, so that
 * another server takes over while the owner is still there. And answers long enough to be cut. Used by `make-schedule.ts`.
 */
import type { Chance } from './chance.ts'
import type { Deed, Script } from './schedule.ts'

/** A lease lasts 10 s. */
const overALease = { from: 10_500, to: 13_500 }

/** Half of what is said takes a second or two. */
export function unhurried(script: Script, chance: Chance): Script {
  if (chance.often(0.5)) return script
  const tokensPerSecond = chance.between(15, 40)
  return { ...script, calls: script.calls.map((call) => ({ ...call, tokensPerSecond })) }
}

export function sharedMachines(chance: Chance, servers: number): Deed[] {
  const deeds: Deed[] = []
  const server = () => chance.between(0, servers - 1)
  const forMs = (longer: number, most = 500) => {
    if (chance.often(longer)) return chance.between(overALease.from, overALease.to)
    return chance.between(20, most)
  }
  if (chance.often(0.5)) deeds.push({ do: 'kill', server: server() })
  if (chance.often(0.06))
    deeds.push({ do: 'kill', server: server() }, { do: 'kill', server: server() })
  if (chance.often(0.1)) deeds.push({ do: 'terminate', server: server() })
  if (chance.often(0.06)) deeds.push({ do: 'roll' })
  if (chance.often(0.2)) deeds.push({ do: 'freeze', server: server(), forMs: forMs(0.4) })
  if (chance.often(0.06)) {
    const minutes = chance.one([1, 20, 35, 50, -1, -20, -50])
    deeds.push({ do: 'jump', server: server(), minutes })
  }
  if (chance.often(0.15)) deeds.push({ do: 'redis-kill', forMs: chance.between(0, 1500) })
  if (chance.often(0.06)) deeds.push({ do: 'redis-freeze', forMs: chance.between(20, 3000) })
  for (let n = chance.between(0, 2); n > 0; n--) {
    deeds.push(
      chance.one<Deed>([
        { do: 'link-cut', server: server() },
        { do: 'link-lose', server: server() },
        { do: 'link-lose', server: server() },
        { do: 'link-down', server: server(), forMs: forMs(0.1, 3000) },
        { do: 'link-stall', server: server(), forMs: forMs(0.15, 3000) },
        { do: 'link-mute', server: server(), forMs: forMs(0.1, 1500) },
      ]),
    )
  }
  return deeds
}
