/** Keys for HS256. Used by all who sign or verify with the secret. */

/** The secret as it is: what an identity provider signs with that has it too. */
export function hmacKey(secret: string): Promise<CryptoKey> {
  return hmac(new TextEncoder().encode(secret))
}

/**
 * A key of the secret for one purpose: what is signed with it is never taken for anything else that the
 * secret signs, whatever its claims.
 */
export async function derivedKey(secret: string, purpose: string): Promise<CryptoKey> {
  const bytes = new TextEncoder().encode(purpose)
  return hmac(new Uint8Array(await crypto.subtle.sign('HMAC', await hmacKey(secret), bytes)))
}

function hmac(bytes: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  return crypto.subtle.importKey('raw', bytes, algorithm, false, ['sign', 'verify'])
}
