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

// That of the clone; as a package it is that of the folder where one stands.
const isInstalled = import.meta.url.endsWith('.js')
const envFile = isInstalled ? '.env' : join(import.meta.dirname, '../../.env')
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
  } else if (isLeftOut(cause)) {
    const [, name = 'A package'] = /package '([^']+)'/.exec(cause.message) ?? []
    const todo = 'npm install agent-websocket, without --omit=optional, brings it.'
    fail(`${name} is not installed, which what runs a server needs. ${todo}`, exitCodes.failed)
  } else throw cause
}

/** What the server alone needs may be left out of an installation (docs/decisions/073). */
function isLeftOut(cause: unknown): cause is Error {
  const isMissing =
    cause instanceof Error && 'code' in cause && cause.code === 'ERR_MODULE_NOT_FOUND'
  return isInstalled && isMissing
}
