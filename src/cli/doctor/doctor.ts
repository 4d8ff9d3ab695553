/**
 * The verb `doctor`: looks at all that an agent server needs, and says what to do. What depends on a bad setting is
 * not looked at. Nothing is changed, and no model is paid.
 */
import { parseEnv } from '../../server/env.ts'
import { agentUrl } from '../agent-url.ts'
import { exitCodes } from '../exit-codes.ts'
import { type Paint, paintFor } from '../plain-text.ts'
import { bad, type Finding, good, warning } from './check.ts'
import { checkDisk, checkNode } from './machine.ts'
import { checkModel } from './model-access.ts'
import { checkPort, checkReached } from './running-server.ts'
import { checkStore } from './store.ts'

export interface DoctorInput {
  env: Readonly<Record<string, string | undefined>>
  /** Where browsers reach the server; else as `PUBLIC_AGENT_URL` says. */
  url?: string
}

/** All findings, in the order in which one would put them right. */
async function examine({ env, url }: DoctorInput): Promise<Finding[]> {
  const node = checkNode(process.versions.node)
  const parsed = parseEnv(env)
  if (!parsed.ok) {
    const settings = parsed.problems.map((problem) =>
      bad('Settings', `${problem}.`, 'Change it in the environment or in .env.'),
    )
    return [node, ...settings]
  }
  const { settings } = parsed
  const settled = parsed.warnings.map((text) =>
    warning('Settings', text, 'Leave it so if that is meant.'),
  )
  const reached = url ?? (env.PUBLIC_AGENT_URL || undefined)
  const groups = await Promise.all([
    settled.length > 0 ? settled : [good('Settings', 'All of them can be read.')],
    checkStore(settings),
    settings.redis ? [] : [await checkDisk(settings.dataDir)],
    checkPort(settings.host, settings.port),
    reached === undefined ? [] : checkReached(agentUrl(reached)),
    checkModel(settings),
  ])
  return [node, ...groups.flat()]
}

export interface DoctorPrint extends DoctorInput {
  json: boolean
  stdout: NodeJS.WriteStream
}

/** The exit code. */
export async function doctor({ json, stdout, ...input }: DoctorPrint): Promise<number> {
  const findings = await examine(input)
  if (json) stdout.write(`${JSON.stringify(findings)}\n`)
  else stdout.write(page(findings, paintFor(stdout, input.env)))
  return findings.some(({ state }) => state === 'bad') ? exitCodes.failed : exitCodes.done
}

function page(findings: readonly Finding[], paint: Paint): string {
  const marks = { good: 'ok  ', warning: paint.bold('note'), bad: paint.red('BAD ') }
  const lines = findings.map(({ state, name, says, todo }) => {
    const line = `${marks[state]}  ${name.padEnd(11)} ${says}`
    return todo === undefined ? line : `${line}\n${' '.repeat(18)}${todo}`
  })
  const count = findings.filter(({ state }) => state === 'bad').length
  const end = count === 0 ? 'Nothing is wrong.' : `${count} to put right.`
  return `${lines.join('\n')}\n\n${end}\n`
}
