/**
 * The environment, parsed once at start (contract section 2). Used by `main.ts`. Every bad setting is
 * found, and all are said at once.
 */
import { z } from 'zod'
import {
  bool,
  decimal,
  field,
  list,
  notBuilt,
  oneOf,
  optional,
  originProblem,
  plain,
  subnetProblem,
  url,
  whole,
} from './env-fields.ts'
import { logLevels, type ServerSettings } from './settings.ts'

const openRouterUrl = 'https://openrouter.ai/api/v1'
const defaultModel = 'openai/gpt-4-turbo'
const many = 1_000_000_000
const port = whole(0, 65_535)

const authMode = (text: string) => {
  if (text === 'jwt') return { problem: 'jwt is not built yet: use guest' }
  return oneOf('guest')(text)
}
const authSecret = (text: string) =>
  Buffer.byteLength(text) >= 32 ? { value: text } : { problem: 'must have 32 bytes or more' }
const forwardSecret = (text: string) =>
  /^[\x21-\x7e]{32,}$/.test(text)
    ? { value: text }
    : { problem: 'must be one word of 32 printable ASCII characters or more' }
const apiKey = (text: string) =>
  /^[\x21-\x7e]+$/.test(text) ? { value: text } : { problem: 'must be one word of printable ASCII' }

const variables = z.object({
  OPENROUTER_API_KEY: optional(apiKey),
  OPENROUTER_BASE_URL: optional(url('http:', 'https:')),
  MODEL: optional(plain),
  MODELS: optional(list()),
  AGENT_NAME: field(plain, 'agent_websocket'),
  SYSTEM_PROMPT: field(
    plain,
    'You are Agent WebSocket, an AI assistant communicating via WebSocket.',
  ),
  SESSION_TIMEOUT: field(decimal(0.001, 5_256_000), '30'),
  MAX_HISTORY: field(whole(1, 100_000), '50'),
  TEMPERATURE: field(decimal(0, 2), '0.7'),
  MAX_TOKENS: field(whole(1, 10_000_000), '1500'),
  PORT: field(port, '3000'),
  AGENT_HOST: field(plain, '127.0.0.1'),
  AGENT_PORT: field(port, '3001'),
  // Used by the web app; looked at here so that a bad one is said at the start all the same.
  PUBLIC_AGENT_URL: optional(url('http:', 'https:', 'ws:', 'wss:')),
  DATA_DIR: field(plain, './data'),
  REDIS_URL: notBuilt('a shared store in Redis'),
  CRASH_POLICY: field(oneOf('restart', 'continue', 'stop'), 'restart'),
  AUTH_MODE: field(authMode, 'guest'),
  AUTH_SECRET: optional(authSecret),
  AUTH_JWKS_URL: notBuilt('an identity provider of your own'),
  AUTH_ISSUER: notBuilt('an identity provider of your own'),
  AUTH_AUDIENCE: notBuilt('an identity provider of your own'),
  SERVICE_TOKENS: notBuilt('notify'),
  ALLOWED_ORIGINS: optional(list(originProblem)),
  ALLOW_NO_ORIGIN: field(bool, 'true'),
  MAX_CONNECTIONS: field(whole(1, many), '10000'),
  MAX_CONNECTIONS_PER_USER: field(whole(1, many), '20'),
  MAX_CONNECTIONS_PER_IP: field(whole(1, many), '100'),
  MAX_SUBSCRIPTIONS_PER_CONNECTION: field(whole(1, many), '50'),
  QUERIES_PER_MINUTE: field(whole(1, many), '30'),
  QUERIES_PER_MINUTE_PER_IP: optional(whole(1, many)),
  MESSAGES_PER_SECOND: field(whole(1, many), '50'),
  MAX_MESSAGE_BYTES: field(whole(1024, 16 * 1024 * 1024), '65536'),
  MAX_QUEUED: field(whole(1, many), '20'),
  MAX_ACTIVE_TURNS: field(whole(1, many), '256'),
  TOKENS_PER_DAY: optional(whole(1, 1_000_000_000_000)),
  COST_PER_DAY_USD: optional(decimal(0.000001, many)),
  UPSTREAM_FIRST_TOKEN_TIMEOUT: field(decimal(0.001, 86_400), '60'),
  UPSTREAM_IDLE_TIMEOUT: field(decimal(0.001, 86_400), '30'),
  RETENTION_DAYS: field(decimal(0.001, 36_500), '30'),
  TRUST_PROXY: optional(list(subnetProblem)),
  FORWARD_SECRET: optional(forwardSecret),
  LOG_LEVEL: field(oneOf(...logLevels), 'info'),
  DRAIN_TIMEOUT: field(decimal(0, 3600), '5'),
})

export type EnvResult =
  | { ok: true; settings: ServerSettings }
  /** One line for each bad setting: `NAME: what is wrong`. */
  | { ok: false; problems: string[] }

/** Reads the settings from a record such as `process.env`. An empty value counts as unset. */
export function parseEnv(env: Readonly<Record<string, string | undefined>>): EnvResult {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value?.trim()))
  const parsed = variables.safeParse(set)
  const problems = parsed.error?.issues.map((it) => `${it.path.join('.')}: ${it.message}`) ?? []
  const models = modelsOf(set.MODEL, set.MODELS)
  if ('problem' in models) problems.push(models.problem)
  if (!parsed.success || 'problem' in models) return { ok: false, problems }
  return { ok: true, settings: settingsOf(parsed.data, models.value) }
}

type Models = Pick<ServerSettings, 'models' | 'defaultModel'>

/** The models in their order, and the chosen one among them. */
function modelsOf(
  model: string | undefined,
  list: string | undefined,
): { value: Models } | { problem: string } {
  const offered = (list ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
  const chosen = model ?? offered[0] ?? defaultModel
  if (offered.length === 0) offered.push(chosen)
  if (!offered.includes(chosen)) {
    return { problem: `MODEL: must be one of MODELS (${offered.join(', ')}), not "${chosen}"` }
  }
  return { value: { models: [...new Set(offered)], defaultModel: chosen } }
}

function settingsOf(env: z.infer<typeof variables>, models: Models): ServerSettings {
  return {
    host: env.AGENT_HOST,
    port: env.AGENT_PORT,
    webPort: env.PORT,
    allowedOrigins: env.ALLOWED_ORIGINS,
    allowNoOrigin: env.ALLOW_NO_ORIGIN,
    trustProxy: env.TRUST_PROXY ?? [],
    forwardSecret: env.FORWARD_SECRET,
    dataDir: env.DATA_DIR,
    authSecret: env.AUTH_SECRET,
    agentName: env.AGENT_NAME,
    systemPrompt: env.SYSTEM_PROMPT,
    ...models,
    model: {
      simulated: env.OPENROUTER_API_KEY === null && env.OPENROUTER_BASE_URL === null,
      baseUrl: env.OPENROUTER_BASE_URL ?? openRouterUrl,
      ...(env.OPENROUTER_API_KEY !== null && { apiKey: env.OPENROUTER_API_KEY }),
      firstTokenTimeoutMs: env.UPSTREAM_FIRST_TOKEN_TIMEOUT * 1000,
      idleTimeoutMs: env.UPSTREAM_IDLE_TIMEOUT * 1000,
    },
    temperature: env.TEMPERATURE,
    maxTokens: env.MAX_TOKENS,
    maxHistory: env.MAX_HISTORY,
    maxQueued: env.MAX_QUEUED,
    maxActiveTurns: env.MAX_ACTIVE_TURNS,
    crashPolicy: env.CRASH_POLICY,
    sessionTimeoutMinutes: env.SESSION_TIMEOUT,
    retentionDays: env.RETENTION_DAYS,
    budget: { tokensPerDay: env.TOKENS_PER_DAY, costPerDayUsd: env.COST_PER_DAY_USD },
    limits: {
      maxConnections: env.MAX_CONNECTIONS,
      maxConnectionsPerUser: env.MAX_CONNECTIONS_PER_USER,
      maxConnectionsPerAddress: env.MAX_CONNECTIONS_PER_IP,
      maxSubscriptionsPerConnection: env.MAX_SUBSCRIPTIONS_PER_CONNECTION,
      queriesPerMinute: env.QUERIES_PER_MINUTE,
      queriesPerMinutePerAddress: env.QUERIES_PER_MINUTE_PER_IP ?? env.QUERIES_PER_MINUTE * 10,
      messagesPerSecond: env.MESSAGES_PER_SECOND,
      maxMessageBytes: env.MAX_MESSAGE_BYTES,
    },
    drainTimeoutMs: env.DRAIN_TIMEOUT * 1000,
    logLevel: env.LOG_LEVEL,
  }
}
