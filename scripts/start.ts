/**
 * `npm start`, `npm run dev`, `npm run start:server`, `npm run start:web`: checks the settings and the
 * ports, builds what is not built, starts the agent server and the web app, and stops both on one Ctrl-C.
 */
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { parseEnv } from '../src/server/env.ts'
import type { ServerSettings } from '../src/server/settings.ts'
import { root } from './child.ts'
import { checkPort } from './port.ts'
import { serverNodeArgs } from './server-node-args.ts'
import { runSteps, type Step } from './steps.ts'
import { nextBin, webBuildSteps } from './web-build.ts'

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: { dev: { type: 'boolean', default: false } },
})
const wants = {
  server: positionals.length === 0 || positionals.includes('server'),
  web: positionals.length === 0 || positionals.includes('web'),
}

const envFile = join(root, '.env')
if (existsSync(envFile)) process.loadEnvFile(envFile)

const plan = await check()
if ('problems' in plan) {
  console.error(plan.problems.join('\n'))
  process.exitCode = 1
} else {
  process.exitCode = await start(plan.settings, plan.agentPort, plan.webPort)
}

type Plan =
  | { problems: string[] }
  | { settings: ServerSettings; agentPort: number; webPort: number }

/** Everything that can be known to be wrong before anything is built or started. */
async function check(): Promise<Plan> {
  const env = parseEnv(process.env)
  if (!env.ok)
    return { problems: ['These settings are not right:', ...env.problems.map((it) => `  ${it}`)] }
  const { settings } = env
  if (settings.port === settings.webPort && settings.port !== 0) {
    return { problems: [`PORT and AGENT_PORT are both ${settings.port}: they must differ.`] }
  }
  const [agent, web] = await Promise.all([
    wants.server ? takePort('AGENT_PORT', settings.port, settings.host) : { port: settings.port },
    wants.web ? takePort('PORT', settings.webPort, settings.host) : { port: settings.webPort },
  ])
  const problems = [agent, web].flatMap((it) => ('problem' in it ? [it.problem] : []))
  if ('problem' in agent || 'problem' in web) return { problems }
  return { settings, agentPort: agent.port, webPort: web.port }
}

async function takePort(
  variable: 'PORT' | 'AGENT_PORT',
  port: number,
  host?: string,
): Promise<{ port: number } | { problem: string }> {
  const found = await checkPort(port, host)
  switch (found.state) {
    case 'free':
      return { port: found.port }
    case 'busy':
      return {
        problem: `Port ${port} is busy: another program listens there. Set ${variable} to another port.`,
      }
    case 'forbidden':
      return { problem: `Port ${port} is not yours to take. Set ${variable} to another port.` }
    case 'no-such-host':
      return { problem: `AGENT_HOST ${host} is not an address of this machine.` }
  }
}

function start(settings: ServerSettings, agentPort: number, webPort: number): Promise<number> {
  const { host, drainTimeoutMs, model } = settings
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host
  const address = reachable.includes(':') ? `[${reachable}]` : reachable
  const agentUrl = `http://${address}:${agentPort}`
  const webUrl = `http://${address === '127.0.0.1' ? 'localhost' : address}:${webPort}`
  const env = {
    AGENT_PORT: String(agentPort),
    PORT: String(webPort),
    // With it the agent server believes the web app which address a guest is asked for from.
    FORWARD_SECRET: settings.forwardSecret ?? randomBytes(32).toString('base64url'),
  }

  const server: Step = {
    name: 'The agent server',
    args: [
      ...serverNodeArgs,
      ...(flags.dev ? ['--watch', '--watch-preserve-output'] : []),
      join(root, 'src/server/main.ts'),
    ],
    env,
    until: 'answers',
    url: `${agentUrl}/readyz`,
    deadlineMs: 60_000,
  }
  const web: Step = {
    name: 'The web app',
    args: [nextBin, flags.dev ? 'dev' : 'start', root, '-H', host, '-p', String(webPort)],
    env,
    until: 'answers',
    url: `${webUrl}/`,
    deadlineMs: 180_000,
  }
  const build = flags.dev ? [] : webBuildSteps()
  if (wants.web && build.length > 0) console.log('Building the web app. The next start is faster.')
  return runSteps([...(wants.server ? [server] : []), ...(wants.web ? [...build, web] : [])], {
    stopDeadlineMs: drainTimeoutMs + 10_000,
    onReady: () => {
      console.log('\nAgent WebSocket is ready.')
      if (wants.web) console.log(`  The page:         ${webUrl}`)
      if (wants.server) console.log(`  The agent server: ${agentUrl}`)
      if (wants.server && model.simulated) {
        console.log('  The answers are simulated. For real ones, set OPENROUTER_API_KEY.')
      }
      console.log('Ctrl-C stops it.\n')
    },
  })
}
