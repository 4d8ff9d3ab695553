/**
 * What the agent server goes by. Made by `env.ts` from the environment, and by tests by hand; used by
 * `compose.ts`, which hands each part its own share.
 */
import type { CrashPolicy } from '../core/agent/settings.ts'
import { defaultKeyTimes, type KeyTimes } from './auth/key-times.ts'
import type { Spread } from './one-after-another.ts'
import type { RedisSettings } from './store/redis/redis-url.ts'
import type { TraceSettings } from './traces/trace-settings.ts'

export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const
export type LogLevel = (typeof logLevels)[number]

export interface ModelSettings {
  /** True where the built-in simulator answers: no key, and no server of one's own. */
  simulated: boolean
  /** Not used where answers are simulated. */
  baseUrl: string
  apiKey?: string
  firstTokenTimeoutMs: number
  idleTimeoutMs: number
}

/** Who signs the users' tokens, where it is not this server. */
export interface ProviderSettings {
  keys: { kind: 'secret'; secret: string } | { kind: 'jwks'; url: string }
  /** Null: any. */
  issuer: string | null
  /** One of these; empty: any. */
  audiences: readonly string[]
}

export type AuthSettings = { mode: 'guest' } | { mode: 'jwt'; provider: ProviderSettings }

export interface LimitSettings {
  maxConnections: number
  maxConnectionsPerUser: number
  maxConnectionsPerAddress: number
  maxSubscriptionsPerConnection: number
  /** Of a user. */
  queriesPerMinute: number
  /** Of all users at one address. */
  queriesPerMinutePerAddress: number
  /** Frames on one socket. */
  messagesPerSecond: number
  /** Calls of `notify` with one service token. */
  notificationsPerMinute: number
  maxMessageBytes: number
}

export interface ServerSettings {
  host: string
  /** 0: any free one. */
  port: number
  /** Port of the web app: its pages are the origins that are let in by default. */
  webPort: number
  /** Exact origins; null: the web app's own. */
  allowedOrigins: readonly string[] | null
  /** Requests without an Origin: all, none, or those that bring a token. */
  allowNoOrigin: boolean | 'with-token'
  /** Addresses and subnets whose `X-Forwarded-For` counts. */
  trustProxy: readonly string[]
  /** What the web app proves itself with, so that the addresses which it forwards count; null: nothing does. */
  forwardSecret: string | null
  dataDir: string
  /** Where sessions are shared with other servers; null: they lie in the data folder. */
  redis: RedisSettings | null
  /** 32 bytes or more; null: made once, kept in the data folder. */
  authSecret: string | null
  auth: AuthSettings
  /** Secrets that may call `notify`. */
  serviceTokens: readonly string[]
  agentName: string
  systemPrompt: string
  models: readonly string[]
  /** One of `models`. */
  defaultModel: string
  model: ModelSettings
  temperature: number
  maxTokens: number
  maxHistory: number
  maxQueued: number
  maxActiveTurns: number
  crashPolicy: CrashPolicy
  sessionTimeoutMinutes: number
  retentionDays: number
  /** Of each user, in UTC days; null: no limit. */
  budget: { tokensPerDay: number | null; costPerDayUsd: number | null }
  limits: LimitSettings
  /** What running answers get to end when the server stops. */
  drainTimeoutMs: number
  logLevel: LogLevel
  /** Null: nothing is traced. */
  traces: TraceSettings | null
}

/** Time spans that no operator sets, and tests make short. */
export interface Timings {
  /** Without a valid token by then, a socket is closed. */
  authDeadlineMs: number
  /** What a plain connection that says nothing gets to say who it is, before it is a guest. */
  guestAfterMs: number
  /** Silence after which a peer is asked for a sign of life, and what it gets to answer. */
  pingMs: number
  pongWaitMs: number
  /** Between two looks at all connections: deadlines are kept this exactly. */
  sweepMs: number
  /** Life of a token, and of the identity that brings a guest back. */
  tokenTtlMs: number
  identityTtlMs: number
  /** How far apart clients are told that the server stops. */
  notices: Spread
  /** What clients get to move to another server after the reconnect notice. */
  handOverMs: number
  /** What a peer gets to hear why it is cut off. */
  cutWaitMs: number
  /** What a peer gets to answer a close before it is cut off. */
  closeWaitMs: number
  /** How often the keys of an identity provider are asked for. */
  keys: KeyTimes
}

export const defaultTimings: Timings = {
  authDeadlineMs: 10_000,
  // Programs that name themselves do so as the socket opens: a round trip, and a busy machine.
  guestAfterMs: 500,
  pingMs: 30_000,
  // Generous: the answer queues behind what the peer has not read yet.
  pongWaitMs: 15_000,
  sweepMs: 500,
  tokenTtlMs: 60 * 60_000,
  identityTtlMs: 400 * 24 * 60 * 60_000,
  notices: { eachMs: 1, mostMs: 5000 },
  handOverMs: 500,
  cutWaitMs: 1000,
  closeWaitMs: 1000,
  keys: defaultKeyTimes,
}
