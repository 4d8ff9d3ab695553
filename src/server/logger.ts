/**
 * The operator's log: JSON lines on stderr, names and numbers. Never a key, a token or what anyone said:
 * secrets are struck out by name, and errors lose the messages that quote their input.
 */
import pino from 'pino'
import type { Logger } from '../core/ports/log.ts'
import type { LogLevel } from './settings.ts'

const secret = [
  'token',
  'identity',
  'authorization',
  'apiKey',
  'secret',
  'content',
  'input',
  'headers',
  'connectionParams',
]

/** `SyntaxError: Unexpected token 'h', "hello" is not valid JSON`: these quote what someone said. */
const quoting = new Set(['SyntaxError', 'ZodError'])

interface ErrorFields {
  name: string
  message?: string
  code?: string
  /** Where, without the message that a stack begins with. */
  stack: string[]
  cause?: ErrorFields
}

/** What the log may have of something thrown. */
function errorFields(thrown: unknown, depth = 0): ErrorFields {
  if (!(thrown instanceof Error)) return { name: typeof thrown, stack: [] }
  const code = 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : undefined
  const frames = thrown.stack?.split('\n').filter((line) => /^\s+at /.test(line)) ?? []
  const quoted = quotes(thrown)
  return {
    name: thrown.name,
    ...(!quoted && { message: thrown.message }),
    ...(code !== undefined && { code }),
    stack: frames.map((line) => line.trim()),
    ...(thrown.cause !== undefined && depth < 4 && { cause: errorFields(thrown.cause, depth + 1) }),
  }
}

/** An error that wraps a quoting one says the same message again. */
function quotes(error: Error): boolean {
  if (quoting.has(error.name)) return true
  return error.cause instanceof Error && error.cause !== error && quotes(error.cause)
}

/** `write` is for tests; without it, lines go to stderr before the call returns. */
export function createLogger(level: LogLevel, write?: (line: string) => void): Logger {
  const destination = write ? { write } : pino.destination({ dest: 2, sync: true })
  const log = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: [...secret, ...secret.map((name) => `*.${name}`)], censor: '[redacted]' },
      serializers: { err: errorFields, cause: errorFields, error: errorFields },
    },
    destination,
  )
  return {
    info: (fields, message) => log.info(fields, message),
    warn: (fields, message) => log.warn(fields, message),
    error: (fields, message) => log.error(fields, message),
  }
}
