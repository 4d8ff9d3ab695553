/**
 * The server as others reach it: its port, whether it answers, and whether WebSockets come through whatever stands
 * in between. Used by the doctor.
 */
import { createServer } from 'node:net'
import { z } from 'zod'
import { call } from '../call.ts'
import { answerMs, bad, type Finding, good, reasonOf, warning } from './check.ts'
import { tryUpgrade } from './upgrade.ts'

const info = z.object({ version: z.string(), agentName: z.string() })

/** Whether the port is free, or has our own server, which is looked at then. */
export async function checkPort(host: string, port: number): Promise<Finding[]> {
  const name = 'Port'
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host
  const url = `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`
  const code = await takePort(host, port)
  if (code === null) return [good(name, `${port} is free: no agent server runs here.`)]
  if (code !== 'EADDRINUSE') {
    const todo =
      'Set AGENT_PORT to a port of 1024 or more, and AGENT_HOST to an address of this machine.'
    return [bad(name, `${host}:${port} cannot be taken (${code}).`, todo)]
  }
  const reply = await call({ url, path: 'info', timeoutMs: answerMs })
  if (reply.outcome === 'done') return checkReached(url)
  const todo = 'Stop that program, or set AGENT_PORT to another port.'
  return [bad(name, `Another program has ${port}.`, todo)]
}

/** The code of the system's refusal, or null where it may be had. Port 0 is any. */
function takePort(host: string, port: number): Promise<string | null> {
  const { promise, resolve } = Promise.withResolvers<string | null>()
  const server = createServer()
  server.once('error', (cause: NodeJS.ErrnoException) => resolve(cause.code ?? cause.message))
  server.listen({ host, port }, () => server.close(() => resolve(null)))
  return promise
}

/** `url`: where browsers and programs reach it, a proxy in between or not. */
export async function checkReached(url: string): Promise<Finding[]> {
  const name = 'Server'
  const reply = await call({ url, path: 'info', timeoutMs: answerMs })
  if (reply.outcome !== 'done') {
    const todo = 'Start it, and check that the proxy passes /trpc on to it.'
    return [bad(name, `${reply.message}`, todo)]
  }
  const said = info.safeParse(reply.data)
  const what = said.success ? `${said.data.agentName}, version ${said.data.version}` : 'a server'
  return [good(name, `${what} answers at ${url}.`), await checkUpgrade(url)]
}

async function checkUpgrade(url: string): Promise<Finding> {
  const name = 'WebSocket'
  const tried = await tryUpgrade(url)
  switch (tried.outcome) {
    case 'upgraded':
      return good(name, `Connections to ${url} come through.`)
    case 'failed': {
      const todo =
        'HTTP does come through: look at the proxy in between, see "Deploying" in docs/operating.md.'
      return bad(name, `The upgrade fails: ${reasonOf(tried.cause)}.`, todo)
    }
    case 'refused':
      if (tried.status === 403) {
        const todo =
          'Where ALLOW_NO_ORIGIN is false that is meant: pages send one. Else a proxy refuses it: let it pass Upgrade and Connection.'
        return warning(
          name,
          'An upgrade without an Origin, as of programs, is refused (HTTP 403).',
          todo,
        )
      }
      if (tried.status === 429 || tried.status === 503) {
        const todo =
          'Look at MAX_CONNECTIONS and MAX_CONNECTIONS_PER_IP, and whether it is being stopped.'
        return bad(name, `The server has no place (HTTP ${tried.status}).`, todo)
      }
      return bad(
        name,
        `The upgrade is answered HTTP ${tried.status}: a proxy does not pass it on.`,
        'Let it pass Upgrade and Connection, with HTTP/1.1: the files in deploy/ do. Until then clients go by HTTP.',
      )
  }
}
