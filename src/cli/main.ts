/**
 * The command line: `npm run agent -- <command>`. What a command does is in a file of its own; here are names,
 * options, and exit codes: 0 done, 1 not done.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Command } from 'commander'
import { parseEnv } from '../server/env.ts'
import { version } from '../server/version.ts'
import { backUp } from './backup.ts'
import { revoke } from './revoke.ts'
import { serverOfSettings } from './server-of-settings.ts'

const envFile = join(import.meta.dirname, '../../.env')
if (existsSync(envFile)) process.loadEnvFile(envFile)

const program = new Command('agent-websocket')
  .description('Commands for who runs an agent server.')
  .version(version)

program
  .command('revoke')
  .description('signs a user out everywhere: tokens issued to them up to now are void')
  .argument('<user>', 'id of the user: the `sub` of their tokens')
  .option('--url <url>', 'of the agent server; else as AGENT_HOST and AGENT_PORT say')
  .action(async (userId: string, options: { url?: string }) => {
    const server = await serverOfSettings(process.env)
    if ('problem' in server) return fail(server.problem)
    const result = await revoke({ ...server, ...options, userId })
    if (result.outcome === 'failed') return fail(result.message)
    process.stdout.write(
      `${userId} is signed out. Void: tokens issued up to ${result.issuedUntil}.\n`,
    )
  })

program
  .command('backup')
  .description('copies the embedded store, also while its server runs; the copy can be a DATA_DIR')
  .argument('<folder>', 'where to: not there yet, or empty')
  .action(async (to: string) => {
    const env = parseEnv(process.env)
    if (!env.ok) return fail(`Bad settings:\n  ${env.problems.join('\n  ')}`)
    const result = await backUp({ dataDir: env.settings.dataDir, to })
    if (result.outcome === 'failed') return fail(result.message)
    process.stdout.write(`${to} has a copy of ${env.settings.dataDir}: ${result.bytes} bytes.\n`)
  })

function fail(message: string): void {
  process.stderr.write(`${message}\n`)
  process.exitCode = 1
}

await program.parseAsync()
