/**
 * Dropped: all readers lose their connections at once, in the middle of their answers, and come back at
 * once. How long until all are live again, and what they missed. A peer that keeps nothing misses what was
 * said meanwhile: for it that is a figure, for ours a failure.
 */
import { mustBeWhole, onStage, RunFailed } from '../stage.ts'
import { peers } from '../subjects.ts'
import { pause } from './pause.ts'
import type { Scenario } from './scenario.ts'

const rate = 20
const timeoutMs = 15_000

export function dropped(name: string, size: { sessions: number; answerS: number }): Scenario {
  const { sessions, answerS } = size
  const rampS = answerS / 6
  return {
    name,
    subjects: peers,
    title: `${sessions * 2} readers dropped at once in the middle of their answers`,
    run(subject, backstage) {
      const tokens = rate * answerS
      const crowd = { sessions, readers: 2, pausedReaders: 0, tokens, tokenChars: 10, answers: 1 }
      return onStage(backstage, { subject, rate, crowd }, async ({ load, connect }) => {
        await connect()
        await load.ask({ rampMs: rampS * 1000 })
        await pause((answerS - rampS) / 2)
        const { allMs, medianMs } = await load.drop({ timeoutMs })
        const verdict = await load.finish({ group: 'reading', timeoutMs: 60_000 })
        if (subject === 'ours') mustBeWhole(verdict)
        if (allMs === null) throw new RunFailed(`not all were live again after ${timeoutMs} ms`)
        return {
          caughtUpMs: allMs,
          caughtUpMedianMs: medianMs,
          lost: verdict.lost,
          doubled: verdict.doubled,
        }
      })
    },
  }
}
