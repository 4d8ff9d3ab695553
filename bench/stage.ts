/**
 * One run: a model server, a subject and a load, opened afresh and closed afterwards. What a run leaves
 * behind in a process is not the next one's burden. Used by the scenarios.
 */
import { fileURLToPath } from 'node:url'
import type { CrowdPlan } from './load/crowd.ts'
import type { LoadVerbs, Verdict } from './load/load.ts'
import type { ModelPlan, ModelVerbs } from './model-server.ts'
import type { Processes } from './processes.ts'
import { cpuSeconds } from './proc.ts'
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
  load: Remote<LoadVerbs>
  /** Processor time so far, in seconds, of each of the three. */
  cpu(): Promise<{ subject: number; load: number; model: number }>
}

export interface Backstage {
  processes: Processes
  /** For the subject's Node alone: to profile it. */
  nodeArgs: readonly string[]
}

/** Runs `act` on an open stage with all readers connected. Rejects where any of the processes ends early. */
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
    const cpu = async () => ({
      subject: await cpuSeconds(opened.pid),
      load: await cpuSeconds(loadChild.pid),
      model: await cpuSeconds(modelChild.pid),
    })
    const acting = async () => {
      await load.open({ ...plan.crowd, subject: plan.subject, port: opened.port })
      const result = await act({ subject: opened, load, cpu })
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

function closed(subject: Subject | null): Promise<void> {
  return subject ? subject.close() : Promise.resolve()
}

function file(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url))
}
