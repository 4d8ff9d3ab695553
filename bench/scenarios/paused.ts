/**
 * Paused: some readers stop reading, while all sessions flood. How much more memory the subject takes than in
 * the same run without them, and what it does to the other readers. Then they read again, and ours has to
 * give them everything; a peer may have thrown them out meanwhile.
 */
import { memory } from '../proc.ts'
import { type Backstage, mustBeWhole, onStage } from '../stage.ts'
import { peers, type SubjectName } from '../subjects.ts'
import { busy, type Figures, type Scenario } from './scenario.ts'

/** Long tokens: what is not read has to be far more than the system's own buffers hold. */
const tokenChars = 1000

export function paused(
  name: string,
  size: { sessions: number; tokens: number; answers: number },
): Scenario {
  const { sessions } = size
  const pausedReaders = 2

  async function flood(subject: SubjectName, backstage: Backstage, silent: number) {
    const crowd = { ...size, readers: 2, pausedReaders: silent, tokenChars }
    return onStage(backstage, { subject, rate: 'flood', crowd }, async (stage) => {
      const { load, watchCpu } = stage
      await stage.connect()
      await load.mark()
      const used = await watchCpu()
      await load.ask({ rampMs: 0 })
      const verdict = await load.finish({ group: 'reading', timeoutMs: 120_000 })
      const cpu = await used()
      const { peakBytes } = await memory(stage.subject.pid)
      mustBeWhole(verdict)
      const { delayP99Ms, tokens, lastTokenMs } = await load.measured()
      if (subject === 'ours') {
        await load.resume()
        mustBeWhole(await load.finish({ group: 'paused', timeoutMs: 60_000 }))
      }
      return { peakBytes, delayP99Ms, tokensPerSecond: (tokens / lastTokenMs) * 1000, cpu }
    })
  }

  return {
    name,
    subjects: peers,
    title: `${sessions * pausedReaders} readers that do not read, beside ${sessions * 2} that do, ${sessions} sessions in flood`,
    async run(subject, backstage): Promise<Figures> {
      const without = await flood(subject, backstage, 0)
      const beside = await flood(subject, backstage, pausedReaders)
      return {
        growthBytes: beside.peakBytes - without.peakBytes,
        p99Ratio: beside.delayP99Ms / without.delayP99Ms,
        delayP99Ms: beside.delayP99Ms,
        tokensPerSecond: beside.tokensPerSecond,
        ...busy(beside.cpu),
      }
    },
  }
}
