/**
 * The environment, parsed once at start (contract section 2). Used by `main.ts`. Every bad setting is
 * found, and all are said at once.
 */
import { z } from 'zod'
import { authProblems, authSettings, authWarnings } from './env-auth.ts'
import {
  bool,
  decimal,
  field,
  host,
  httpName,
  line,
  list,
  oneOf,
  optional,
  originProblem,
  pageUrl,
  prose,
  secret,
  secrets,
  subnetProblem,
  url,
  whole,
} from './env-fields.ts'
import { logLevels, type ServerSettings } from './settings.ts'
import { readRedisUrl } from './store/redis/redis-url.ts'
import { namesAndValues, samplers, traceSettings } from './traces/trace-settings.ts'

const openRouterUrl = 'https://openrouter.ai/api/v1'
const defaultModel = 'openai/gpt-4-turbo'
const many = 1_000_000_000
const port = whole(0, 65_535)
/** As long as `session.create` takes one. */
const modelName = line(200)
const modelProblem = (name: string) => {
  const read = modelName(name)
  return 'problem' in read ? `each ${read.problem}` : null
}

/** Sent to browsers. */
const publicUrl = (text: string) => {
  const read = url('http:', 'https:', 'ws:', 'wss:')(text)
  return 'value' in read && URL.parse(text)?.username
    ? { problem: 'must be without a user and a password: browsers get it' }
    : read
}
const forwardSecret = (text: string) =>
  /^[\x21-\x7e]{32,1000}$/.test(text)
    ? { value: text }
    : { problem: 'must be one word of 32 printable ASCII characters or more' }
const apiKey = (text: string) =>
  /^[\x21-\x7e]{1,1000}$/.test(text)
    ? { value: text }
    : { problem: 'must be one word of printable ASCII' }

const variables = z.object({
  OPENROUTER_API_KEY: optional(apiKey),
  OPENROUTER_BASE_URL: optional(url('http:', 'https:')),
  MODEL: optional(modelName),
  MODELS: optional(list(modelProblem)),
  AGENT_NAME: field(line(100), 'agent_websocket'),
  SYSTEM_PROMPT: field(
    prose(200_000),
    'You are Agent WebSocket, an AI assistant communicating via WebSocket.',
  ),
  SESSION_TIMEOUT: field(decimal(0.001, 5_256_000), '30'),
  MAX_HISTORY: field(whole(1, 100_000), '50'),
  TEMPERATURE: field(decimal(0, 2), '0.7'),
  MAX_TOKENS: field(whole(1, 10_000_000), '1500'),
  PORT: field(port, '3000'),
  AGENT_HOST: field(host, '127.0.0.1'),
  AGENT_PORT: field(port, '3001'),
  // Used by the web app; looked at here so that a bad one is said at the start all the same.
  PUBLIC_AGENT_URL: optional(publicUrl),
  DATA_DIR: field(line(4000), './data'),
  REDIS_URL: optional(readRedisUrl),
  CRASH_POLICY: field(oneOf('restart', 'continue', 'stop'), 'restart'),
  AUTH_MODE: field(oneOf('guest', 'jwt'), 'guest'),
  AUTH_SECRET: optional(secret(32)),
  AUTH_JWKS_URL: optional(url('https:', 'http:')),
  AUTH_ISSUER: optional(line(1000)),
  AUTH_AUDIENCE: optional(list()),
  // These three are the web app's, as `PUBLIC_AGENT_URL` is.
  AUTH_TOKEN_COOKIE: optional(httpName),
  AUTH_TOKEN_HEADER: optional(httpName),
  AUTH_SIGN_IN_URL: optional(pageUrl),
  SERVICE_TOKENS: optional(secrets(32)),
  ALLOWED_ORIGINS: optional(list(originProblem)),
  ALLOW_NO_ORIGIN: optional(bool),
  MAX_CONNECTIONS: field(whole(1, many), '10000'),
  MAX_CONNECTIONS_PER_USER: field(whole(1, many), '20'),
  MAX_CONNECTIONS_PER_IP: field(whole(1, many), '100'),
  MAX_SUBSCRIPTIONS_PER_CONNECTION: field(whole(1, many), '50'),
  QUERIES_PER_MINUTE: field(whole(1, many), '30'),
  QUERIES_PER_MINUTE_PER_IP: optional(whole(1, many)),
  MESSAGES_PER_SECOND: field(whole(1, many), '50'),
  NOTIFICATIONS_PER_MINUTE: field(whole(1, many), '600'),
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
  OTEL_EXPORTER_OTLP_ENDPOINT: optional(url('http:', 'https:')),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: optional(url('http:', 'https:')),
  OTEL_EXPORTER_OTLP_HEADERS: optional(namesAndValues),
  OTEL_SERVICE_NAME: field(line(200), 'agent-websocket'),
  OTEL_RESOURCE_ATTRIBUTES: optional(namesAndValues),
  OTEL_TRACES_SAMPLER: field(oneOf(...samplers), 'parentbased_always_on'),
  OTEL_TRACES_SAMPLER_ARG: field(decimal(0, 1), '1'),
  OTEL_SDK_DISABLED: field(bool, 'false'),
  TRACE_MODEL_CALLS: field(bool, 'false'),
})

export type EnvResult =
  /** A warning is one line for what works and may not be what was meant. */
  | { ok: true; settings: ServerSettings; warnings: string[] }
  /** One line for each bad setting: `NAME: what is wrong`. */
  | { ok: false; problems: string[] }

/** Reads the settings from a record such as `process.env`. An empty value counts as unset. */
export function parseEnv(env: Readonly<Record<string, string | undefined>>): EnvResult {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value?.trim()))
  const parsed = variables.safeParse(set)
  const problems = parsed.error?.issues.map((it) => `${it.path.join('.')}: ${it.message}`) ?? []
  const models = modelsOf(set.MODEL, set.MODELS)
  if ('problem' in models) problems.push(models.problem)
  problems.push(...authProblems(set))
  if (!parsed.success || 'problem' in models || problems.length > 0) return { ok: false, problems }
  const settings = settingsOf(parsed.data, models.value)
  return { ok: true, settings, warnings: authWarnings(set) }
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
    const names = offered.join(', ').slice(0, 200)
    return { problem: `MODEL: must be one of MODELS (${names}), not "${chosen.slice(0, 60)}"` }
  }
  return { value: { models: [...new Set(offered)], defaultModel: chosen } }
}

function settingsOf(env: z.infer<typeof variables>, models: Models): ServerSettings {
  return {
    host: env.AGENT_HOST,
    port: env.AGENT_PORT,
    webPort: env.PORT,
    allowedOrigins: env.ALLOWED_ORIGINS,
    allowNoOrigin: env.ALLOW_NO_ORIGIN ?? (env.AUTH_MODE === 'guest' ? true : 'with-token'),
    trustProxy: env.TRUST_PROXY ?? [],
    forwardSecret: env.FORWARD_SECRET,
    dataDir: env.DATA_DIR,
    redis: env.REDIS_URL,
    authSecret: env.AUTH_SECRET,
    auth: authSettings(env),
    serviceTokens: env.SERVICE_TOKENS ?? [],
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
      notificationsPerMinute: env.NOTIFICATIONS_PER_MINUTE,
      maxMessageBytes: env.MAX_MESSAGE_BYTES,
    },
    drainTimeoutMs: env.DRAIN_TIMEOUT * 1000,
    logLevel: env.LOG_LEVEL,
    traces: traceSettings(env),
  }
}
