/** The log: JSON lines without secrets, without what anyone said, and the id that a caller was given. */
import { TRPCError } from '@trpc/server'
import { expect, test } from 'vitest'
import { AgentError } from '../core/errors.ts'
import { openMetrics } from './http/metrics.ts'
import { createLogger } from './logger.ts'
import { correlationIdOf } from './trpc/init.ts'
import { reportError } from './trpc-errors.ts'

function recording() {
  const lines: string[] = []
  const log = createLogger('info', (line) => lines.push(line))
  return { log, lines, last: () => JSON.parse(lines.at(-1) ?? 'null') as Record<string, unknown> }
}

test('a line is JSON, with the time and the level by name', () => {
  const { log, last } = recording()
  log.warn({ sessionId: 's1' }, 'something')
  expect(last()).toEqual({
    level: 'warn',
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    sessionId: 's1',
    msg: 'something',
  })
})

test('secrets and what was said are struck out by name', () => {
  const { log, lines } = recording()
  log.info({ token: 'hush', request: { apiKey: 'hush', content: 'hush' }, input: ['hush'] }, 'x')
  expect(lines.join()).not.toContain('hush')
})

test('an error keeps its message, unless it quotes its input', () => {
  const { log, last, lines } = recording()
  log.error({ err: new Error('database is full', { cause: new Error('why') }) }, 'x')
  expect(last().err).toMatchObject({ message: 'database is full', cause: { message: 'why' } })
  let quoting: unknown
  try {
    JSON.parse('hush')
  } catch (cause) {
    quoting = cause
  }
  log.error({ err: quoting }, 'x')
  log.error({ err: new TRPCError({ code: 'PARSE_ERROR', cause: quoting }) }, 'x')
  expect(lines.join()).not.toContain('hush')
})

test('an unexpected error is logged under the id that its caller gets; an expected one is not', () => {
  const { log, last, lines } = recording()
  const at = { path: 'session.get', type: 'query' }
  const metrics = openMetrics()
  const parts = { log, metrics }
  const error = new TRPCError({ code: 'INTERNAL_SERVER_ERROR', cause: new Error('broken') })
  reportError(parts, { error, ...at })
  expect(last()).toMatchObject({ correlationId: correlationIdOf(error), path: 'session.get' })
  const cause = new AgentError('STORE_UNAVAILABLE')
  reportError(parts, { error: new TRPCError({ code: 'INTERNAL_SERVER_ERROR', cause }), ...at })
  reportError(parts, { error: new TRPCError({ code: 'NOT_FOUND' }), ...at })
  reportError(parts, { error, ...at, path: undefined })
  expect(lines).toHaveLength(1)
  metrics.close()
})
