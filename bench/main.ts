/**
 * The benchmark: `npm run bench`. Ours beside two peers against one model server, each in a process of its
 * own, taken in turn for several rounds; medians. Linux only, for it reads `/proc`.
 */
import { writeFile } from 'node:fs/promises'
import { availableParallelism, cpus } from 'node:os'
import { resolve } from 'node:path'
import { linesOf, type Round, targets } from './figures.ts'
import { type Options, parseOptions, usage } from './options.ts'
import { Processes } from './processes.ts'
import { reportOf, type Section, shownFigures } from './report.ts'
import { quickScenarios, scenarios } from './scenarios/all.ts'
import type { Scenario } from './scenarios/scenario.ts'
import { type Backstage, RunFailed } from './stage.ts'

const processes = new Processes()

function machine({ quick, rounds }: Options): string[] {
  const model = cpus()[0]?.model.trim() ?? 'unknown'
  return [
    '# Benchmark',
    `${availableParallelism()} cores (${model}), Node ${process.versions.node}, ${new Date().toISOString().slice(0, 10)}. ` +
      `Medians of ${rounds} ${rounds === 1 ? 'round' : 'rounds'}; ratios are within a round. Written by \`npm run bench\`.`,
    ...(quick ? ['Quick: shows that it works. The figures mean nothing.'] : []),
  ]
}

async function runScenario(
  scenario: Scenario,
  options: Options,
  backstage: Backstage,
): Promise<Section> {
  const rounds: Round[] = []
  const failures: string[] = []
  for (let number = 1; number <= options.rounds; number++) {
    const round: Round = {}
    rounds.push(round)
    const asked = options.subjects.filter((one) => scenario.subjects?.includes(one) ?? true)
    for (const subject of turned(asked, number)) {
      process.stderr.write(`${scenario.name}, round ${number} of ${options.rounds}: ${subject}\n`)
      try {
        round[subject] = await scenario.run(subject, backstage)
      } catch (cause) {
        if (!(cause instanceof RunFailed)) throw cause
        failures.push(`${subject}, round ${number}: ${cause.message}`)
      }
    }
  }
  const { name, title } = scenario
  // Runs that are quick are too short for any target to mean something.
  const judges = options.quick ? [] : targets.filter((target) => target.scenario === name)
  return { name, title, lines: linesOf(rounds, shownFigures, judges), failures }
}

/** Whoever goes first finds the machine otherwise than the others: it is another one each round. */
function turned<T>(list: readonly T[], by: number): T[] {
  const at = by % list.length
  return [...list.slice(at), ...list.slice(0, at)]
}

async function main(options: Options): Promise<boolean> {
  const nodeArgs = options.profileDir
    ? ['--cpu-prof', `--cpu-prof-dir=${resolve(options.profileDir)}`]
    : []
  const { scenarios: wanted } = options
  const all = (options.quick ? quickScenarios : scenarios).filter(
    ({ name }) => wanted.length === 0 || wanted.includes(name),
  )
  const sections: Section[] = []
  for (const scenario of all) {
    sections.push(await runScenario(scenario, options, { processes, nodeArgs }))
  }
  const report = reportOf({ machine: machine(options), sections })
  process.stdout.write(report)
  const whole = !options.quick && wanted.length === 0 && options.subjects.length === 3
  if (whole) await writeFile(new URL('results.md', import.meta.url), report)
  return sections.every(({ failures }) => failures.length === 0)
}

function stop(code: number): never {
  processes.breakOff()
  process.exit(code)
}

process.on('SIGINT', () => stop(130))
process.on('SIGTERM', () => stop(143))

let options: Options
try {
  options = parseOptions(
    process.argv.slice(2),
    scenarios.map(({ name }) => name),
  )
} catch (cause) {
  process.stderr.write(`${cause instanceof Error ? cause.message : cause}\n\n${usage}\n`)
  process.exit(2)
}
if (process.platform !== 'linux') {
  process.stderr.write('The benchmark reads /proc, so it runs on Linux only.\n')
  process.exit(2)
}
try {
  stop((await main(options)) ? 0 : 1)
} catch (cause) {
  process.stderr.write(`The benchmark broke off: ${cause instanceof Error ? cause.stack : cause}\n`)
  stop(1)
}
