/**
 * The agent server as a process: `npm run start:server`.
 *
 * - stdout gets one line, for people: where it answers, and whether answers are simulated.
 * - Who starts it with an IPC channel gets `{ ready: { url, wsUrl, port, simulated } }` as a message
 *   once it answers: with `AGENT_PORT=0` that is how the port is learnt. Send `'stop'` for a graceful
 *   stop, `'restart'` for one that tells clients that a successor comes (1012). A channel that closes
 *   is a `'stop'`.
 * - SIGTERM, SIGINT and SIGHUP stop gracefully, with exit code 0; a second one exits at once.
 * - What keeps it from starting is said in one message on stderr, with exit code 1.
 */
import { type AgentServer, openAgentServer } from './compose.ts'
import { parseEnv } from './env.ts'
import { createLogger } from './logger.ts'
import type { ServerSettings } from './settings.ts'
import { StartError } from './start-error.ts'

const signals = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const
/** One Ctrl-C may come twice: from the terminal, and from npm, which passes it on. */
const echoMs = 300

function refuseToStart(message: string): never {
  process.stderr.write(`The agent server does not start. ${message}\n`)
  process.exit(1)
}

async function main(settings: ServerSettings, warnings: readonly string[]): Promise<void> {
  const log = createLogger(settings.logLevel)
  for (const warning of warnings) log.warn({}, warning)
  process.on('uncaughtException', (cause, origin) => {
    log.error({ err: cause, origin }, 'something broke that nothing caught: the process ends')
    process.exit(1)
  })

  const opening = openAgentServer(settings, { log })
  let stoppingSinceMs: number | null = null
  const stop = (restarting: boolean) => {
    if (stoppingSinceMs !== null) {
      if (performance.now() - stoppingSinceMs > echoMs) process.exit(1)
      return
    }
    stoppingSinceMs = performance.now()
    log.info({ restarting }, 'stopping')
    opening
      .then((server) => server.close({ restarting }))
      .then(
        () => process.exit(0),
        (cause: unknown) => {
          log.error({ err: cause }, 'the stop failed')
          process.exit(1)
        },
      )
  }
  for (const signal of signals) process.on(signal, () => stop(false))
  process.on('message', (message) => {
    if (stoppingSinceMs !== null) return
    if (message === 'stop' || message === 'restart') stop(message === 'restart')
  })
  process.on('disconnect', () => {
    if (stoppingSinceMs === null) stop(false)
  })

  try {
    announce(await opening, log)
  } catch (cause) {
    if (cause instanceof StartError) refuseToStart(cause.message)
    throw cause
  }
}

function announce(
  { url, wsUrl, port, simulated }: AgentServer,
  log: ReturnType<typeof createLogger>,
) {
  const why = 'simulated answers: set OPENROUTER_API_KEY or OPENROUTER_BASE_URL for real ones'
  log.info({ url, wsUrl, port, simulated }, simulated ? `listening, ${why}` : 'listening')
  process.stdout.write(`Agent server: ${url}${simulated ? ` (${why})` : ''}\n`)
  process.send?.({ ready: { url, wsUrl, port, simulated } })
}

const env = parseEnv(process.env)
if (env.ok) await main(env.settings, env.warnings)
else refuseToStart(`Bad settings:\n${env.problems.map((line) => `  ${line}`).join('\n')}`)
