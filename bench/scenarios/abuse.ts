/**
 * Abuse: one user does a hundred times what he may, all kinds at once, from an address of his own. How long the calls
 * of others take then, over how long they took just before, in the same run. Ours alone: the peers have no limits.
 */
import { fileURLToPath } from 'node:url'
import type { AbuserVerbs } from '../abuse/abuser.ts'
import type { UsersVerbs } from '../abuse/users.ts'
import type { ModelVerbs } from '../model-server.ts'
import { cpuSeconds } from '../proc.ts'
import { remote } from '../rpc.ts'
import { type Backstage, RunFailed } from '../stage.ts'
import { openSubject, type Subject } from '../subjects.ts'
import type { Figures, Scenario } from './scenario.ts'

/** Addresses of this machine: nobody trusts it as a proxy here. */
const abuserAddress = '127.0.0.66'
/** The first calls compile the code of the others. */
const warmUpS = 3

export function abuse(name: string, size: { users: number; windowS: number }): Scenario {
  return {
    name,
    title: `${size.users} users within the limits, beside one at a hundred times the limits`,
    subjects: ['ours'],
    run: (_, backstage) => runAbuse(backstage, size),
  }
}

async function runAbuse(
  { processes, nodeArgs }: Backstage,
  { users: count, windowS }: { users: number; windowS: number },
): Promise<Figures> {
  const model = processes.start(file('model-server.ts'))
  const people = processes.start(file('abuse/users.ts'))
  const abuser = processes.start(file('abuse/abuser.ts'))
  let subject: Subject | null = null
  const run = async () => {
    const answers = { tokens: 50, tokenChars: 10, rate: 20 }
    const modelPort = await remote<ModelVerbs>(model.process, 'the model server').open(answers)
    const opened = await openSubject('ours', { processes, modelPort, nodeArgs, limited: true })
    subject = opened
    const { pid } = opened
    const [port = 0] = opened.ports
    const users = remote<UsersVerbs>(people.process, 'the users')
    await users.open({ port, count })
    await users.measure({ seconds: warmUpS })
    const idle = await users.measure({ seconds: windowS })
    const abuse = remote<AbuserVerbs>(abuser.process, 'the abuser')
    const plan = { port, localAddress: abuserAddress, forwardedFor: null }
    const before = { wallMs: performance.now(), cpuS: await cpuSeconds(pid) }
    await abuse.begin({ ...plan, ...(await newAbuser(port)) })
    const abused = await users.measure({ seconds: windowS })
    const seconds = (performance.now() - before.wallMs) / 1000
    const tally = await abuse.tally()
    const faults = idle.faults + abused.faults
    if (faults > 0) throw new RunFailed(`${faults} calls of others were not answered`)
    return {
      idleP99Ms: idle.p99Ms,
      abusedP99Ms: abused.p99Ms,
      abusedRatio: abused.p99Ms / idle.p99Ms,
      abusePerSecond: ((tally['frames tried'] ?? 0) + (tally['requests tried'] ?? 0)) / seconds,
      busySubject: ((await cpuSeconds(pid)) - before.cpuS) / seconds,
    }
  }
  try {
    return await Promise.race([run(), model.failed, people.failed, abuser.failed])
  } finally {
    await Promise.all([abuser.end(), people.end(), model.end(), closed(subject)])
  }
}

/** Its guest, and a session of its own. */
async function newAbuser(port: number): Promise<{ token: string; sessionId: string }> {
  const post = async (path: string, headers: Record<string, string>) => {
    const response = await fetch(`http://127.0.0.1:${port}/trpc/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: '{}',
    })
    const { result } = (await response.json()) as { result: { data: Record<string, string> } }
    return result.data
  }
  const { token = '' } = await post('auth.guest', {})
  const { sessionId = '' } = await post('session.create', { authorization: `Bearer ${token}` })
  return { token, sessionId }
}

function closed(subject: Subject | null): Promise<void> {
  return subject ? subject.close() : Promise.resolve()
}

function file(path: string): string {
  return fileURLToPath(new URL(`../${path}`, import.meta.url))
}
