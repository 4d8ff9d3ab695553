/**
 * Paced: so many sessions, each answer at the pace of a real model. What a token costs, and how late it
 * comes, in the middle of the answers, when all of them run.
 */
import { mustBeWhole, onStage } from '../stage.ts'
import { peers, type SubjectName } from '../subjects.ts'
import { pause } from './pause.ts'
import { busy, cpuFigures, farFigures, type Scenario } from './scenario.ts'

const rate = 20
const tokenChars = 10

export function paced(
  name: string,
  size: { sessions: number; windowS: number; subjects?: readonly SubjectName[] },
): Scenario {
  const { sessions, windowS, subjects = peers } = size
  const rampS = Math.min(3, Math.max(0.5, sessions / 300))
  const settleS = Math.min(2, windowS / 5)
  return {
    name,
    subjects,
    title: `${sessions} sessions, 2 readers each, ${rate} tokens/s each answer`,
    async run(subject, backstage) {
      const tokens = Math.ceil(rate * (rampS + windowS + 2 * settleS))
      const crowd = { sessions, readers: 2, pausedReaders: 0, tokens, tokenChars, answers: 1 }
      return onStage(backstage, { subject, rate, crowd }, async (stage) => {
        const { load, connect, watchCpu } = stage
        const { redis } = stage.subject
        const redisBytes = async () => (redis ? await redis.usedBytes() : 0)
        const redisBefore = await redisBytes()
        await connect()
        const redisConnected = await redisBytes()
        await load.ask({ rampMs: rampS * 1000 })
        await pause(settleS)
        await load.mark()
        const used = await watchCpu()
        await pause(windowS)
        const measured = await load.measured()
        const cpu = await used()
        const redisStreaming = await redisBytes()
        mustBeWhole(await load.finish({ group: 'reading', timeoutMs: 120_000 }))
        return {
          ...cpuFigures(cpu, measured),
          ...farFigures(measured),
          ...(redis && {
            redisBytesEmpty: (redisConnected - redisBefore) / sessions,
            redisBytesStreaming: (redisStreaming - redisBefore) / sessions,
          }),
          delayP50Ms: measured.delayP50Ms,
          delayP99Ms: measured.delayP99Ms,
          tokensPerFrame: measured.tokensPerFrame,
          tokensPerSecond: measured.tokens / cpu.wallS,
          ...busy(cpu),
        }
      })
    },
  }
}
