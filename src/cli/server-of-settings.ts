/**
 * The agent server that the settings are of: where it is, and its secret. For commands of the operator, who
 * has the server's settings and its data folder.
 */
import { readSecret } from '../server/auth/secret.ts'
import { parseEnv } from '../server/env.ts'

export interface ServerOfSettings {
  url: string
  secret: string
}

/** A sentence for a person where there is none. */
export async function serverOfSettings(
  env: Readonly<Record<string, string | undefined>>,
): Promise<ServerOfSettings | { problem: string }> {
  const parsed = parseEnv(env)
  if (!parsed.ok) return { problem: `Bad settings:\n  ${parsed.problems.join('\n  ')}` }
  const { host, port, authSecret, dataDir } = parsed.settings
  const secret = authSecret ?? (await readSecret(dataDir))
  if (secret === null) {
    const where = `the data folder ${dataDir} has none`
    return { problem: `The server's secret is not here: AUTH_SECRET is not set, and ${where}.` }
  }
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host
  const name = reachable.includes(':') ? `[${reachable}]` : reachable
  return { url: `http://${name}:${port}`, secret }
}
