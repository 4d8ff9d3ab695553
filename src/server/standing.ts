/**
 * Who a connection is, and whether it still is. Looked at for each call, by the sweeps over what is open, and
 * as something is sent.
 */
import { assertNever } from '../core/assert-never.ts'
import { AgentError } from '../core/errors.ts'
import type { Authenticator } from './auth/authenticator.ts'
import type { Identity, Role } from './trpc/context.ts'

/** Why a caller is nobody. */
export type Unknown = 'NO_TOKEN' | 'BAD_TOKEN' | 'TOKEN_EXPIRED' | 'AUTH_UNAVAILABLE'

export type Standing =
  | { state: 'known'; identity: Identity }
  | { state: 'service'; name: string }
  | { state: 'operator'; expiresAtMs: number }
  | { state: 'unknown'; reason: Unknown }

/** What a standing is checked against. */
export interface Now {
  now(): number
  authenticator: Pick<Authenticator, 'isVoid'>
}

/** Why a standing that was good is over; null where it is good, and where it never was. */
export function overBecause(
  standing: Standing,
  { now, authenticator }: Now,
): 'BAD_TOKEN' | 'TOKEN_EXPIRED' | null {
  switch (standing.state) {
    case 'known':
      if (now() >= standing.identity.expiresAtMs) return 'TOKEN_EXPIRED'
      return authenticator.isVoid(standing.identity) ? 'BAD_TOKEN' : null
    case 'operator':
      return now() >= standing.expiresAtMs ? 'TOKEN_EXPIRED' : null
    case 'service':
    case 'unknown':
      return null
    default:
      return assertNever(standing)
  }
}

/** The user, checked now. Throws `AgentError`. */
export function userOf(standing: Standing, now: Now): Identity {
  if (standing.state === 'unknown') throw new AgentError(standing.reason)
  const over = overBecause(standing, now)
  if (over) throw new AgentError(over)
  if (standing.state !== 'known') throw new AgentError('BAD_TOKEN')
  return standing.identity
}

/** The service's name, or the empty one of the operator, checked now. Throws `AgentError`. */
export function machineOf(standing: Standing, role: 'service' | 'operator', now: Now): string {
  if (standing.state === 'unknown') throw new AgentError(standing.reason)
  const over = overBecause(standing, now)
  if (over) throw new AgentError(over)
  if (standing.state !== role) {
    throw new AgentError('BAD_TOKEN', { message: needed[role] })
  }
  return standing.state === 'service' ? standing.name : ''
}

const needed = {
  service: 'This takes a service token.',
  operator: 'This takes an operator token.',
}

export function roleOf({ state }: Standing): Role {
  if (state === 'known') return 'user'
  return state === 'unknown' ? 'nobody' : state
}
