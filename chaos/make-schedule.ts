/** Makes a schedule from a seed, for so many servers: the same one each time. Pure; used by the runner. */
import { type Chance, createChance } from './chance.ts'
import { makeScript } from './make-script.ts'
import { sharedMachines, unhurried } from './make-shared-faults.ts'
import { type Deed, policies, type Schedule, type Step } from './schedule.ts'

/** `servers` null: one, with the embedded store. */
export function makeSchedule(seed: number, servers: number | null = null): Schedule {
  const chance = createChance(seed)
  const users = chance.between(1, 2)
  const sessions = Array.from({ length: chance.between(users, 4) }, (_, index) => index % users)
  const lengthMs = chance.between(250, 900)
  const steps: Step[] = []
  const add = (deed: Deed, atMs = chance.between(0, lengthMs)) =>
    steps.push({ atMs, ...deed } as Step)

  // Longer answers where a takeover is looked for: most that is cut has to be in the middle of one.
  const script = () =>
    servers === null ? makeScript(chance) : unhurried(makeScript(chance), chance)
  const asked: { query: string; session: number; atMs: number }[] = []
  for (let index = 0, most = chance.between(2, 8); index < most; index++) {
    const session = chance.between(0, sessions.length - 1)
    const query = `q${index}`
    const atMs = chance.often(0.4) ? chance.between(0, 40) : chance.between(0, lengthMs)
    const earlier = asked.find((other) => other.session === session && other.atMs < atMs)
    const stands = earlier && chance.often(0.15) ? { replaces: earlier.query } : {}
    const twice = chance.often(0.3) ? { twice: true } : {}
    const priority = chance.often(0.3) ? 'high' : 'normal'
    add({ do: 'ask', query, session, priority, script: script(), ...twice, ...stands }, atMs)
    asked.push({ query, session, atMs })
    for (const deed of afterwards(chance, query)) {
      add(deed, chance.between(atMs, lengthMs + 100))
    }
  }
  for (const session of sessions.keys()) {
    for (let n = chance.between(0, 2); n > 0; n--) add({ do: 'stop-answer', session })
    if (chance.often(0.1)) add({ do: 'clear', session })
    if (chance.often(0.2)) add({ do: 'read', session })
  }
  for (let user = 0; user < users; user++) for (const deed of network(chance, user)) add(deed)
  if (servers === null) for (const deed of machine(chance)) add(deed)
  else
    for (const deed of sharedMachines(chance, servers))
      add(deed, chance.between(150, lengthMs + 300))
  const policy = chance.one(policies)
  const among = servers === null ? {} : { servers }
  return { seed, policy, ...among, sessions, steps: steps.toSorted((a, b) => a.atMs - b.atMs) }
}

/** What becomes of a query once it is asked. */
function afterwards(chance: Chance, query: string): Deed[] {
  const deeds: Deed[] = []
  if (chance.often(0.25)) deeds.push({ do: 'edit', query, version: 1, script: makeScript(chance) })
  if (chance.often(0.15)) {
    deeds.push({ do: 'move', query, priority: chance.one(['high', 'normal']) })
  }
  if (chance.often(0.15)) deeds.push({ do: 'hold', query }, { do: 'release', query })
  if (chance.often(0.12)) deeds.push({ do: 'withdraw', query })
  if (chance.often(0.2)) deeds.push({ do: 'regenerate', query })
  if (chance.often(0.1)) deeds.push({ do: 'choose', query, answer: chance.between(0, 1) })
  if (chance.often(0.15)) deeds.push({ do: 'rate', query, rating: chance.one(['up', 'down']) })
  return deeds
}

function network(chance: Chance, user: number): Deed[] {
  const deeds: Deed[] = []
  for (let n = chance.between(0, 3); n > 0; n--) {
    deeds.push(
      chance.one<Deed>([
        { do: 'cut', user },
        { do: 'cut', user },
        { do: 'cut-after', user, bytes: chance.between(1, 3000) },
        { do: 'half-open', user },
        { do: 'slow', user, delayMs: chance.between(5, 80) },
        { do: 'lose-reply', user },
        { do: 'lose-reply', user },
      ]),
    )
  }
  return deeds
}

function machine(chance: Chance): Deed[] {
  const deeds: Deed[] = []
  if (chance.often(0.35)) deeds.push({ do: 'kill' })
  if (chance.often(0.06)) deeds.push({ do: 'kill' }, { do: 'kill' })
  if (chance.often(0.12)) deeds.push({ do: 'terminate' })
  if (chance.often(0.15)) deeds.push({ do: 'freeze', forMs: chance.between(20, 500) })
  if (chance.often(0.1)) deeds.push({ do: 'full-disk', forMs: chance.between(20, 400) })
  if (chance.often(0.15)) {
    deeds.push({ do: 'jump', minutes: chance.one([1, 20, 35, 50, -1, -20, -50]) })
  }
  return deeds
}
