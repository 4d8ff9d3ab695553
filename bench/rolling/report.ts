/** What a run of restarts came to, as a table, and whether it is what is promised. Pure; used by `main.ts`. */
import type { Options } from './options.ts'
import type { Noticed } from './talk.ts'

/** Issue 7: of an answer at p99. */
const mostSilenceMs = 1000

export interface RunFacts {
  options: Options
  modelCalls: number
  /** Each restart of all. */
  tookMs: readonly number[]
  machine: string
  load: number
}

/** `before` of the answers of each had ended when the first server was stopped. */
export function reportOf(
  talks: readonly (Noticed & { before: number })[],
  { options, modelCalls, tookMs, machine, load }: RunFacts,
): { report: string; isGood: boolean } {
  const answers = talks.flatMap((talk) => talk.answers.slice(talk.before))
  const errors = talks.flatMap((talk) => talk.errors)
  const offline = talks.reduce((sum, talk) => sum + talk.offline, 0)
  const asked = talks.reduce((sum, talk) => sum + talk.asked, 0)
  const silences = answers.map(({ silenceMs }) => silenceMs).toSorted((a, b) => a - b)
  const firsts = answers.map(({ firstMs }) => firstMs).toSorted((a, b) => a - b)
  const again = answers.filter(({ attempts }) => attempts > 1).length
  const { sessions, servers, proxy, tokens, rate, drainS } = options
  const answerS = tokens / rate
  const mayEnd = drainS > answerS
  const twice = modelCalls - asked
  const silence = at(silences, 99)
  const rows: [string, string][] = [
    ['restarts of all servers', String(tookMs.length)],
    [
      'one of them, median',
      inSeconds(
        at(
          tookMs.toSorted((a, b) => a - b),
          50,
        ),
      ),
    ],
    ['answers meanwhile', String(answers.length)],
    ['visible errors', String(errors.length)],
    ['times that a page said it is offline', String(offline)],
    ['longest silence of an answer, p50', inMs(at(silences, 50))],
    ['longest silence of an answer, p99', inMs(silence)],
    ['longest silence of an answer, of all', inMs(silences.at(-1) ?? 0)],
    ['from a question to its first piece, p50', inMs(at(firsts, 50))],
    ['from a question to its first piece, p99', inMs(at(firsts, 99))],
    ['answers that began again', String(again)],
    ['calls of the model beyond one for each question', String(twice)],
  ]
  const report = [
    `${servers} servers behind ${proxy}, ${sessions} sessions, ${rate} tokens a second, ${answerS} s an answer, DRAIN_TIMEOUT=${drainS}. ${machine}, load ${load.toFixed(0)}.`,
    '',
    '| `npm run rolling` | |',
    '| --- | ---: |',
    ...rows.map(([name, value]) => `| ${name} | ${value} |`),
    '',
    ...new Set(errors.slice(0, 10)),
  ].join('\n')
  const isGood =
    errors.length === 0 &&
    answers.length > 0 &&
    silence < mostSilenceMs &&
    (!mayEnd || (twice === 0 && again === 0))
  return { report: `${report.trimEnd()}\n`, isGood }
}

function at(sorted: readonly number[], percent: number): number {
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? 0
}

const inMs = (ms: number) => `${Math.round(ms)} ms`
const inSeconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`
