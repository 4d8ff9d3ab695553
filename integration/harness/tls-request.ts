/** One HTTPS request to a server whose certificate is the test's own. `fetch` takes no certificate. */
import type { IncomingMessage } from 'node:http'
import { request } from 'node:https'
import { text } from 'node:stream/consumers'

export interface TlsRequest {
  ca: string
  method?: string
  headers?: Record<string, string>
  body?: string
  /** Where it comes from: another address of this machine's loopback. */
  localAddress?: string
}

export interface TlsAnswer {
  status: number
  headers: IncomingMessage['headers']
  body: string
}

/** The answer as it begins; its body is a stream. Destroy it where it has no end. */
export function openTls(url: string, { body, ...options }: TlsRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { ...options, agent: false }, resolve)
    asked.once('error', reject)
    asked.end(body)
  })
}

export async function tlsRequest(url: string, options: TlsRequest): Promise<TlsAnswer> {
  const response = await openTls(url, options)
  const { statusCode = 0, headers } = response
  return { status: statusCode, headers, body: await text(response) }
}
