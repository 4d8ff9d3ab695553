/** Where the agent server is: for this process, and for the browser that asks. Read at run time. */

/** `AGENT_HOST`, `AGENT_PORT` and `PUBLIC_AGENT_URL` count: contract section 2. */
export type AgentEnv = Readonly<Record<string, string | undefined>>

/** An address to listen on is not one to connect to. */
const anyAddress = new Set(['0.0.0.0', '::', '[::]', '*'])

/** The `/trpc` of the agent server, for this process. */
export function internalAgentUrl(env: AgentEnv): string {
  const host = env.AGENT_HOST || '127.0.0.1'
  const name = anyAddress.has(host) ? '127.0.0.1' : host
  const bracketed = name.includes(':') && !name.startsWith('[') ? `[${name}]` : name
  return `http://${bracketed}:${env.AGENT_PORT || '3001'}/trpc`
}

/**
 * The `/trpc` of the agent server, for a browser: `PUBLIC_AGENT_URL` where it is set, else the host that
 * the browser asked for the page. Null where that host cannot be read.
 */
export function publicAgentUrl(env: AgentEnv, headers: Headers): string | null {
  const url = env.PUBLIC_AGENT_URL
    ? URL.parse(env.PUBLIC_AGENT_URL)
    : ownHostUrl(headers, env.AGENT_PORT || '3001')
  if (!url) return null
  const secure = url.protocol === 'https:' || url.protocol === 'wss:'
  const path = url.pathname.replace(/\/+$/, '')
  return `${secure ? 'wss' : 'ws'}://${url.host}${path.endsWith('/trpc') ? path : `${path}/trpc`}`
}

/** A name or an IPv4 address, or an IPv6 address in brackets; a port may follow. */
const hostPattern = /^(?:[a-z0-9._-]{1,253}|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?$/i

function ownHostUrl(headers: Headers, port: string): URL | null {
  const host = headers.get('host') ?? ''
  // A host and nothing else: what a stranger writes behind it must not get into the address.
  if (!hostPattern.test(host)) return null
  const url = URL.parse(`${isHttps(headers) ? 'https' : 'http'}://${host}`)
  if (url) url.port = port
  return url
}

/** Whether the browser asked over https: a proxy in front says so. */
export function isHttps(headers: Headers): boolean {
  return headers.get('x-forwarded-proto')?.split(',', 1)[0]?.trim() === 'https'
}
