/** Flood: as many tokens as the subject takes, from the first question to the last token. */
import { mustBeWhole, onStage } from '../stage.ts'
import { peers, type SubjectName } from '../subjects.ts'
import { busy, cpuFigures, type Scenario } from './scenario.ts'

export function flood(
  name: string,
  size: { sessions: number; tokens: number; subjects?: readonly SubjectName[] },
): Scenario {
  const { sessions, tokens, subjects = peers } = size
  return {
    name,
    subjects,
    title: `${sessions} sessions, 2 readers each, ${tokens} tokens an answer as fast as they are taken`,
    run(subject, backstage) {
      const crowd = { sessions, readers: 2, pausedReaders: 0, tokens, tokenChars: 10, answers: 1 }
      return onStage(
        backstage,
        { subject, rate: 'flood', crowd },
        async ({ load, connect, watchCpu }) => {
          await connect()
          await load.mark()
          const used = await watchCpu()
          await load.ask({ rampMs: 0 })
          const verdict = await load.finish({ group: 'reading', timeoutMs: 120_000 })
          const cpu = await used()
          mustBeWhole(verdict)
          const measured = await load.measured()
          return {
            ...cpuFigures(cpu, measured),
            tokensPerFrame: measured.tokensPerFrame,
            tokensPerSecond: (measured.tokens / measured.lastTokenMs) * 1000,
            ...busy(cpu),
          }
        },
      )
    },
  }
}
