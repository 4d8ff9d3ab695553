/**
 * One run: a model server, a subject and a load, opened afresh and closed afterwards. What a run leaves
 * behind in a process is not the next one's burden. Used by the scenarios.
 */
import { fileURLToPath } from 'node:url'
import type { CrowdPlan } from './load/crowd.ts'
import type { LoadVerbs, Verdict } from './load/load.ts'
import type { ModelPlan, ModelVerbs } from './model-server.ts'
import { cpuSeconds, machineCpuSeconds } from './proc.ts'
import type { Processes } from './processes.ts'
import { type Remote, remote } from './rpc.ts'
import { openSubject, type Subject, type SubjectName } from './subjects.ts'

/** A run that does not count: the scenario, the subject and why are in the message. */
export class RunFailed extends Error {}

export interface StagePlan {
  subject: SubjectName
  /** What the model answers with, and how fast. */
  rate: ModelPlan['rate']
  crowd: CrowdPlan
}

export interface Stage {
  subject: Subject
  /** Opens all sessions and connects all readers. */
  connect(): Promise<void>
  load: Remote<LoadVerbs>
  /** Begins to count processor time; call the result for what was used since. */
  watchCpu(): Promise<() => Promise<CpuUse>>
}

/** Processor time in seconds. */
export interface CpuUse {
  /** All its servers. */
  subject: number
  /** The Redis that they share; 0 where there is none. */
  redis: number
  load: number
  model: number
  /** What the machine did besides: where this is much, the run says little. */
  others: number
  wallS: number
}

export interface Backstage {
  processes: Processes
  /** For the subject's Node alone: to profile it. */
  nodeArgs: readonly string[]
}

/** Runs `act` on an open stage. Rejects where any of the processes ends early. */
export async function onStage<T>(
  { processes, nodeArgs }: Backstage,
  plan: StagePlan,
  act: (stage: Stage) => Promise<T>,
): Promise<T> {
  const modelChild = processes.start(file('model-server.ts'))
  const loadChild = processes.start(file('load/load.ts'))
  let subject: Subject | null = null
  const run = async () => {
    const { tokens, tokenChars } = plan.crowd
    const model = remote<ModelVerbs>(modelChild.process, 'the model server')
    const modelPort = await model.open({ tokens, tokenChars, rate: plan.rate })
    const opened = await openSubject(plan.subject, { processes, modelPort, nodeArgs })
    subject = opened
    const load = remote<LoadVerbs>(loadChild.process, 'the load')
    const pids = { subject: opened, load: loadChild.pid, model: modelChild.pid }
    const { ports } = opened
    const stage: Stage = {
      subject: opened,
      load,
      connect: () => load.open({ ...plan.crowd, subject: plan.subject, ports }),
      watchCpu: () => watchCpu(pids),
    }
    const acting = async () => {
      const result = await act(stage)
      await load.close()
      return result
    }
    return await Promise.race([acting(), opened.failed])
  }
  try {
    return await Promise.race([run(), modelChild.failed, loadChild.failed])
  } finally {
    await Promise.all([loadChild.end(), modelChild.end(), closed(subject)])
  }
}

/** Throws where not every reader got every token once and in order. */
export function mustBeWhole({ finished, lost, doubled, faults, firstFault }: Verdict): void {
  if (finished && lost === 0 && doubled === 0 && faults === 0) return
  const what = finished ? 'all answers ended' : 'some answers did not end'
  throw new RunFailed(
    `${what}, ${lost} tokens lost, ${doubled} doubled, ${faults} faults (${firstFault ?? 'none'})`,
  )
}

async function watchCpu(pids: { subject: Subject; load: number; model: number }) {
  const { redis } = pids.subject
  const look = async () => ({
    wallS: performance.now() / 1000,
    subject: (await Promise.all(pids.subject.pids.map(cpuSeconds))).reduce((sum, one) => sum + one),
    redis: redis ? await cpuSeconds(redis.pid) : 0,
    load: await cpuSeconds(pids.load),
    model: await cpuSeconds(pids.model),
    machine: await machineCpuSeconds(),
  })
  const before = await look()
  return async (): Promise<CpuUse> => {
    const after = await look()
    const used = (name: keyof typeof after) => after[name] - before[name]
    const ours = {
      subject: used('subject'),
      redis: used('redis'),
      load: used('load'),
      model: used('model'),
    }
    const others = used('machine') - ours.subject - ours.redis - ours.load - ours.model
    return { ...ours, others: Math.max(0, others), wallS: used('wallS') }
  }
}

function closed(subject: Subject | null): Promise<void> {
  return subject ? subject.close() : Promise.resolve()
}

function file(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url))
}
