/**
 * The whole agent server in this process, for tests: a port of its own, a data folder of its own that is
 * deleted at the end. There is no model behind it unless a test sets `OPENROUTER_BASE_URL`: most of what
 * a server does needs no answer.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type AgentServer, openAgentServer } from '../compose.ts'
import { parseEnv } from '../env.ts'
import { createLogger } from '../logger.ts'
import type { ServerSettings, Timings } from '../settings.ts'

export interface TestServer extends AgentServer, AsyncDisposable {
  /** Deleted at `close`, not at `stop`. */
  dataDir: string
  stop(): Promise<void>
  /** The lines of its log so far. */
  logged: string[]
}

export interface TestServerInput {
  /** As an operator would set them. `AGENT_PORT` is 0 and `DATA_DIR` a new folder unless set. */
  env?: Record<string, string>
  timings?: Partial<Timings>
  /** What the ends of tokens are kept by. */
  now?: () => number
}

const defaults = {
  AGENT_PORT: '0',
  DRAIN_TIMEOUT: '0',
  OPENROUTER_BASE_URL: 'http://127.0.0.1:1',
}

/** A new folder, deleted at the end. */
export async function newFolder(): Promise<{ path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), 'agent-server-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

/** Settings as the environment gives them; throws where it is bad. */
function testSettings(env: Record<string, string> = {}): ServerSettings {
  const parsed = parseEnv(env)
  if (!parsed.ok) throw new Error(parsed.problems.join('\n'))
  return parsed.settings
}

export async function openTestServer({
  env = {},
  timings = {},
  now,
}: TestServerInput = {}): Promise<TestServer> {
  const own = env.DATA_DIR === undefined ? await newFolder() : null
  const dataDir = own?.path ?? env.DATA_DIR ?? ''
  const settings = testSettings({ ...defaults, ...env, DATA_DIR: dataDir })
  const logged: string[] = []
  const server = await openAgentServer(settings, {
    log: createLogger('info', (line) => logged.push(line)),
    // No client of a test moves to another server.
    timings: { handOverMs: 0, ...timings },
    ...(now && { now }),
  })
  const close: AgentServer['close'] = async (options) => {
    await server.close(options)
    await own?.[Symbol.asyncDispose]()
  }
  const stop = () => server.close()
  return { ...server, dataDir, logged, close, stop, [Symbol.asyncDispose]: () => close() }
}
