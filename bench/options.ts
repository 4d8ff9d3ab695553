/** The benchmark's command line. */
import { parseArgs } from 'node:util'
import { type SubjectName, subjectNames } from './subjects.ts'

export interface Options {
  /** Small and short: shows that everything works, and says nothing of speed. */
  quick: boolean
  rounds: number
  /** Names; empty for all. */
  scenarios: string[]
  subjects: SubjectName[]
  /** Where the subjects' CPU profiles go. */
  profileDir: string | null
}

export const usage = `npm run bench -- [--quick] [--rounds N] [--scenario NAME]... [--subject NAME]... [--cpu-prof DIR]
  --quick      small and short: shows that it works, and says nothing of speed
  --rounds     how often each is run, taken in turn; the medians count (3)
  --scenario   only this one, or these
  --subject    only this one, or these: ${subjectNames.join(', ')}
  --cpu-prof   a folder for CPU profiles of the subjects
The whole benchmark, and nothing less, is written to bench/results.md.`

/** Throws an error whose message is for people. */
export function parseOptions(args: readonly string[], scenarioNames: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      rounds: { type: 'string' },
      scenario: { type: 'string', multiple: true, default: [] },
      subject: { type: 'string', multiple: true, default: [] },
      'cpu-prof': { type: 'string' },
    },
  })
  const rounds = Number(values.rounds ?? (values.quick ? 1 : 3))
  if (!Number.isInteger(rounds) || rounds < 1)
    throw new Error('--rounds is a whole number from 1 on')
  for (const name of values.scenario) {
    if (!scenarioNames.includes(name)) {
      throw new Error(`There is no scenario ${name}. There are: ${scenarioNames.join(', ')}`)
    }
  }
  const unknown = values.subject.find((name) => !isSubject(name))
  if (unknown !== undefined) {
    throw new Error(`There is no subject ${unknown}. There are: ${subjectNames.join(', ')}`)
  }
  return {
    quick: values.quick,
    rounds,
    scenarios: values.scenario,
    subjects: values.subject.length > 0 ? values.subject.filter(isSubject) : [...subjectNames],
    profileDir: values['cpu-prof'] ?? null,
  }
}

function isSubject(name: string): name is SubjectName {
  return subjectNames.some((one) => one === name)
}
