#!/usr/bin/env node
/**
 * The command line: `npx agent-websocket <command>`, from a clone `npx .` or `npm run agent -- <command>`. Here
 * errors become sentences and exit codes; the commands are in `program.ts`.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { CommanderError } from 'commander'
import { AgentClientError } from '../client/index.ts'
import { CommandError, exitCodes } from './exit-codes.ts'
import { plainText } from './plain-text.ts'
import { createProgram } from './program.ts'

const envFile = join(import.meta.dirname, '../../.env')
if (existsSync(envFile)) process.loadEnvFile(envFile)

// `… | head`: who read enough is no fault of ours.
process.stdout.on('error', (cause: NodeJS.ErrnoException) => {
  if (cause.code === 'EPIPE') process.exit()
  throw cause
})

const finish = (exitCode: number) => {
  process.exitCode = exitCode
}
const fail = (message: string, exitCode: number) => {
  process.stderr.write(`${plainText(message)}\n`)
  process.exitCode = exitCode
}

try {
  await createProgram(process.env, finish).parseAsync()
} catch (cause) {
  // Its sentence, or the help, is said already.
  if (cause instanceof CommanderError) finish(cause.exitCode === 0 ? 0 : exitCodes.usage)
  else if (cause instanceof CommandError) fail(cause.message, cause.exitCode)
  else if (cause instanceof AgentClientError && cause.cause instanceof CommandError) {
    fail(cause.cause.message, cause.cause.exitCode)
  } else if (cause instanceof AgentClientError) {
    fail(`${cause.message} (${cause.reason})`, exitCodes.failed)
  } else throw cause
}
