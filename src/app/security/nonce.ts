/** How the nonce of a response goes from the proxy to the page: a header of the request. */
import { headers } from 'next/headers'

export const nonceHeader = 'x-nonce'

/** For what writes a script or a style itself. Undefined where no proxy ran. */
export async function responseNonce(): Promise<string | undefined> {
  return (await headers()).get(nonceHeader) ?? undefined
}
