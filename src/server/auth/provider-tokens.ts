/**
 * Tokens of the operator's own identity provider, by a shared secret or by the provider's published keys.
 * Which algorithms are taken follows from the settings and never from the token. Used in `jwt` mode, by
 * `authenticator.ts`.
 */
import { errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose'
import { AgentError } from '../../core/errors.ts'
import type { Logger } from '../../core/ports/log.ts'
import type { ProviderSettings } from '../settings.ts'
import type { Identity } from '../trpc/context.ts'
import { clockToleranceS, identityOf, tokenError } from './claims.ts'
import { hmacKey } from './hmac-key.ts'
import type { KeyTimes } from './key-times.ts'
import { createProviderKeys } from './provider-keys.ts'

export interface ProviderTokensInput {
  provider: ProviderSettings
  now: () => number
  log: Logger
  keyTimes: KeyTimes
}

/** Throws `AgentError`: `BAD_TOKEN`, `TOKEN_EXPIRED`, or `AUTH_UNAVAILABLE` where its key cannot be had now. */
export type VerifyToken = (token: string) => Promise<Identity>

const secretAlgorithms = ['HS256']
const keyAlgorithms = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
]

export async function createProviderTokens(input: ProviderTokensInput): Promise<VerifyToken> {
  const { provider, now } = input
  const verify = await verifierOf(input)
  return async (token) => {
    try {
      const nowMs = now()
      const payload = await verify(token, {
        ...(provider.issuer !== null && { issuer: provider.issuer }),
        ...(provider.audiences.length > 0 && { audience: [...provider.audiences] }),
        requiredClaims: ['sub', 'exp'],
        clockTolerance: clockToleranceS,
        currentDate: new Date(nowMs),
      })
      return identityOf(payload, nowMs)
    } catch (cause) {
      throw tokenError(cause)
    }
  }
}

type Verify = (
  token: string,
  options: NonNullable<Parameters<typeof jwtVerify>[2]>,
) => Promise<JWTPayload>

async function verifierOf({ provider, now, log, keyTimes }: ProviderTokensInput): Promise<Verify> {
  if (provider.keys.kind === 'secret') {
    const key = await hmacKey(provider.keys.secret)
    return async (token, options) =>
      (await jwtVerify(token, key, { ...options, algorithms: secretAlgorithms })).payload
  }
  const keys = createProviderKeys({ url: provider.keys.url, now, log, times: keyTimes })
  return (token, options) =>
    verifyByKeys(token, keys, { ...options, algorithms: [...keyAlgorithms] })
}

async function verifyByKeys(
  token: string,
  keys: JWTVerifyGetKey,
  options: Parameters<typeof jwtVerify>[2],
): Promise<JWTPayload> {
  try {
    return (await jwtVerify(token, keys, options)).payload
  } catch (cause) {
    if (!(cause instanceof errors.JWKSMultipleMatchingKeys)) throw cause
    // A token that names no key, of a provider that has several: it is one of them or none.
    for await (const key of cause) {
      try {
        return (await jwtVerify(token, key, options)).payload
      } catch (failed) {
        if (!(failed instanceof errors.JWSSignatureVerificationFailed)) throw failed
      }
    }
    throw new AgentError('BAD_TOKEN', { cause })
  }
}
