/** The environment, read when it is needed: a build has no secret. */

function need(name: string): string {
  const value = process.env[name]
  if (!value) throw new Error(`${name} is not set: see the README`)
  return value
}

/** A secret of 32 bytes or more. */
export const secretOf = (name: 'AUTH_SECRET' | 'SESSION_SECRET'): Uint8Array =>
  new TextEncoder().encode(need(name))

export const issuer = (): string => need('AUTH_ISSUER')
export const audience = (): string => need('AUTH_AUDIENCE')

/** Where browsers reach the agent server. */
export const agentUrl = (): string => process.env.AGENT_URL ?? 'http://127.0.0.1:3001'
