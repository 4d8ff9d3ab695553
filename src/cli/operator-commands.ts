/** The commands of who runs a server, or has a service token: names, options and help. Used by `program.ts`. */
import { type Command, Option } from 'commander'
import { agentUrl } from './agent-url.ts'
import { CommandError, exitCodes } from './exit-codes.ts'
import type { Finish } from './program.ts'

type Env = Readonly<Record<string, string | undefined>>

export function addOperatorCommands(program: Command, env: Env, finish: Finish): void {
  addNotify(program, env)
  addServe(program)
  addDoctor(program, env, finish)
  addRevoke(program, env)
  addBackup(program, env)
  addRestored(program, env)
}

interface NotifyOptions {
  url?: string
  token?: string
  session?: string
  user?: string
  level: string
  data?: string
  id?: string
  stdin: boolean
}

function addNotify(program: Command, env: Env): void {
  program
    .command('notify')
    .description('tells a session, or all sessions of a user, something')
    .argument('[content...]', 'what is piped in is put after it')
    .addOption(new Option('-s, --session <id>', 'that session').conflicts('user'))
    .option('-u, --user <id>', 'all sessions of that user')
    .addOption(
      new Option('-l, --level <level>')
        .choices(['info', 'success', 'warning', 'error'])
        .default('info'),
    )
    .option('--data <json>', 'for programs')
    .option('--id <uuid>', 'the same id is the same notification, told once; else a new one')
    .option('--no-stdin', 'leave standard input alone')
    .option('--url <url>', 'of the agent server (AGENT_URL; else http://127.0.0.1:3001)')
    .option('--token <token>', 'one of the server’s SERVICE_TOKENS (SERVICE_TOKEN)')
    .addHelpText('after', notifyExamples)
    .action(async (words: string[], options: NotifyOptions) => {
      const { notify } = await import('./notify.ts')
      const { readContent } = await import('./question.ts')
      const { session, user, level } = options
      if (session === undefined && user === undefined) {
        throw new CommandError('Say to whom: --session or --user.', exitCodes.usage)
      }
      const token = options.token ?? (env.SERVICE_TOKEN || undefined)
      if (token === undefined) {
        const message = 'Give a service token: SERVICE_TOKEN or --token.'
        throw new CommandError(message, exitCodes.usage)
      }
      const notification = {
        ...(session === undefined ? { userId: user } : { sessionId: session }),
        id: options.id ?? crypto.randomUUID(),
        content: await readContent(words, options.stdin),
        level,
        ...(options.data !== undefined && { data: readData(options.data) }),
      }
      const url = agentUrl(options.url ?? env.AGENT_URL)
      const { sessions } = await notify({ url, token, notification })
      process.stdout.write(
        sessions.length === 1 ? 'Told 1 session.\n' : `Told ${sessions.length} sessions.\n`,
      )
    })
}

const notifyExamples = `
Examples:
  $ SERVICE_TOKEN=… agent-websocket notify --session 5f1c… --level success "Build 7 is green."
  $ tail -1 build.log | agent-websocket notify --user ada --data '{"build":7}'`

function readData(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new CommandError('--data is no JSON.', exitCodes.usage)
  }
}

function addServe(program: Command): void {
  program
    .command('serve')
    .description('runs the agent server; settings are environment variables, and .env')
    .option('--port <port>', 'AGENT_PORT')
    .option('--host <host>', 'AGENT_HOST')
    .option('--data-dir <folder>', 'DATA_DIR')
    .addHelpText('after', '\nExample:\n  $ OPENROUTER_API_KEY=… agent-websocket serve --port 3001')
    .action(async (options: { port?: string; host?: string; dataDir?: string }) => {
      const { serve } = await import('./serve.ts')
      await serve(options)
    })
}

function addDoctor(program: Command, env: Env, finish: Finish): void {
  program
    .command('doctor')
    .description(
      'looks at settings, store, disk, port, proxy, model and clock, and says what to do',
    )
    .option(
      '--url <url>',
      'where browsers reach the server (PUBLIC_AGENT_URL), to look at the way there',
    )
    .option('--json', 'the findings, as a list in JSON')
    .addHelpText('after', doctorExamples)
    .action(async ({ json = false, ...options }: { url?: string; json?: boolean }) => {
      const { doctor } = await import('./doctor/doctor.ts')
      finish(await doctor({ env, json, stdout: process.stdout, ...options }))
    })
}

const doctorExamples = `
Examples:
  $ agent-websocket doctor
  $ agent-websocket doctor --url https://agent.example.com

Run it with the server's settings and as its user. Exit code 1: something is to be put right.`

function addRevoke(program: Command, env: Env): void {
  program
    .command('revoke')
    .description('signs a user out everywhere: tokens issued to them up to now are void')
    .argument('<user>', 'id of the user: the `sub` of their tokens')
    .option('--url <url>', 'of the agent server; else as AGENT_HOST and AGENT_PORT say')
    .addHelpText('after', '\nExample:\n  $ agent-websocket revoke ada')
    .action(async (userId: string, options: { url?: string }) => {
      const { serverOfSettings } = await import('./server-of-settings.ts')
      const { revoke } = await import('./revoke.ts')
      const server = await serverOfSettings(env)
      if ('problem' in server) throw new CommandError(server.problem)
      const result = await revoke({ ...server, ...options, userId })
      if (result.outcome === 'failed') throw new CommandError(result.message)
      process.stdout.write(
        `${userId} is signed out. Void: tokens issued up to ${result.issuedUntil}.\n`,
      )
    })
}

function addBackup(program: Command, env: Env): void {
  program
    .command('backup')
    .description(
      'copies the embedded store, also while its server runs; the copy can be a DATA_DIR',
    )
    .argument('<folder>', 'where to: not there yet, or empty')
    .addHelpText('after', '\nExample:\n  $ agent-websocket backup /backups/monday')
    .action(async (to: string) => {
      const { parseEnv } = await import('../server/env.ts')
      const { backUp } = await import('./backup.ts')
      const parsed = parseEnv(env)
      if (!parsed.ok) throw new CommandError(`Bad settings:\n  ${parsed.problems.join('\n  ')}`)
      const { dataDir } = parsed.settings
      const result = await backUp({ dataDir, to })
      if (result.outcome === 'failed') throw new CommandError(result.message)
      process.stdout.write(`${to} has a copy of ${dataDir}: ${result.bytes} bytes.\n`)
    })
}

function addRestored(program: Command, env: Env): void {
  program
    .command('restored')
    .description(
      'after an older copy of Redis, or of the data folder, was put back: all readers load their sessions again',
    )
    .addHelpText('after', '\nExample:\n  $ REDIS_URL=redis://redis agent-websocket restored')
    .action(async () => {
      const { parseEnv } = await import('../server/env.ts')
      const { restored } = await import('./restored.ts')
      const parsed = parseEnv(env)
      if (!parsed.ok) throw new CommandError(`Bad settings:\n  ${parsed.problems.join('\n  ')}`)
      const count = await restored(parsed.settings).catch((cause: unknown) => {
        throw new CommandError(cause instanceof Error ? cause.message : String(cause))
      })
      process.stdout.write(`Sessions with a new epoch: ${count}.\n`)
    })
}
