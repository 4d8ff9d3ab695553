/** The tRPC instance: the one formatter and the one middleware that translate errors (house rule 7). */
import { initTRPC, TRPCError } from '@trpc/server'
import type { TRPC_ERROR_CODE_KEY } from '@trpc/server/rpc'
import { ZodError } from 'zod'
import { AgentError, type Reason } from '../../core/errors.ts'
import { findFlaw } from '../../core/plain-input.ts'
import { wrongFields } from '../../core/wrong-fields.ts'
import type { RequestContext } from './context.ts'
import type { ErrorData } from './replies.ts'
import { transportRefusal } from './transport-refusal.ts'

const codes: Record<Reason, TRPC_ERROR_CODE_KEY> = {
  INVALID_INPUT: 'BAD_REQUEST',
  NO_TOKEN: 'UNAUTHORIZED',
  BAD_TOKEN: 'UNAUTHORIZED',
  TOKEN_EXPIRED: 'UNAUTHORIZED',
  SESSION_NOT_FOUND: 'NOT_FOUND',
  MESSAGE_NOT_FOUND: 'NOT_FOUND',
  ID_CONFLICT: 'CONFLICT',
  RATE_LIMITED: 'TOO_MANY_REQUESTS',
  QUEUE_FULL: 'TOO_MANY_REQUESTS',
  AUTH_UNAVAILABLE: 'SERVICE_UNAVAILABLE',
  STORE_UNAVAILABLE: 'SERVICE_UNAVAILABLE',
  DRAINING: 'SERVICE_UNAVAILABLE',
}

function dataOf(error: TRPCError): { message: string; data: ErrorData } {
  const cause = error.cause
  if (cause instanceof AgentError) {
    return {
      message: cause.message,
      data: {
        reason: cause.reason,
        ...(cause.fields && { fields: cause.fields }),
        ...(cause.retryAfterMs !== undefined && { retryAfterMs: cause.retryAfterMs }),
        ...(codes[cause.reason] === 'SERVICE_UNAVAILABLE' && { retryable: true }),
      },
    }
  }
  if (error.code === 'BAD_REQUEST' && cause instanceof ZodError) {
    return {
      message: 'The input is not valid.',
      data: { reason: 'INVALID_INPUT', fields: wrongFields(cause.issues) },
    }
  }
  if (error.code === 'INTERNAL_SERVER_ERROR') {
    return {
      message: 'Internal error',
      data: { reason: 'INTERNAL', correlationId: correlationIdOf(error) },
    }
  }
  return transportRefusal(error)
}

const correlationIds = new WeakMap<object, string>()

/** One id for an unexpected error: in the caller's answer and in the log. */
export function correlationIdOf(error: TRPCError): string {
  const known = correlationIds.get(error)
  if (known) return known
  const id = crypto.randomUUID()
  correlationIds.set(error, id)
  return id
}

const t = initTRPC.context<RequestContext>().create({
  isDev: false,
  sse: {
    ping: { enabled: true, intervalMs: 15_000 },
    client: { reconnectAfterInactivityMs: 45_000 },
  },
  errorFormatter({ shape, error }) {
    const { message, data } = dataOf(error)
    return {
      code: shape.code,
      message,
      data: { code: shape.data.code, httpStatus: shape.data.httpStatus, ...data },
    }
  },
})

const translated = t.middleware(async ({ next }) => {
  const result = await next()
  if (!result.ok && result.error.cause instanceof AgentError) {
    const cause = result.error.cause
    throw new TRPCError({ code: codes[cause.reason], message: cause.message, cause })
  }
  return result
})

/** Before any schema, which would walk into whatever is there. */
const plain = t.middleware(async ({ getRawInput, next }) => {
  const flaw = findFlaw(await getRawInput())
  if (flaw) throw new AgentError('INVALID_INPUT', { fields: { [flaw.field]: flaw.message } })
  return next()
})

export const router = t.router
const base = t.procedure.use(translated)
/** For everyone who is no machine of the operator's: those have one thing each that they may do. */
const notMachines = base.use(({ ctx, next }) => {
  const role = ctx.role()
  if (role === 'service' || role === 'operator') {
    throw new AgentError('BAD_TOKEN', { message: onlyFor[role] })
  }
  return next()
})

/** Who calls comes first: a stranger is told nothing of what an input may be. */
export const owned = notMachines
  .use(async ({ ctx, next }) => {
    await ctx.turn()
    const { userId } = ctx.identify()
    return next({ ctx: { userId } })
  })
  .use(plain)
export const forServices = base
  .use(({ ctx, next }) => {
    const service = ctx.identifyAs('service')
    return next({ ctx: { service } })
  })
  .use(plain)
export const forOperators = base
  .use(({ ctx, next }) => {
    ctx.identifyAs('operator')
    return next()
  })
  .use(plain)
export const open = notMachines.use(plain)

const onlyFor = {
  service: 'A service token is for notify alone.',
  operator: 'An operator token is for auth.revoke alone.',
}
