/**
 * `createAgentClient`: the typed client of an agent server. It puts the parts together: one connection,
 * one outbox, the views. Used by the page through the hooks, and by other programs as it is.
 */
import { createTRPCClient, type TRPCClient, type TRPCLink } from '@trpc/client'
import type { NotificationEvent, SessionEvent } from '../core/events.ts'
import type { Clock } from '../core/ports/clock.ts'
import type { AppRouter } from '../server/trpc/router.ts'
import { AgentConnection } from './connection.ts'
import type { Connection } from './connection-state.ts'
import { deliver } from './deliver.ts'
import type { FollowContext } from './follow.ts'
import { frameScheduler, type Scheduler } from './frame-scheduler.ts'
import { type SocketTimes, socketTimes } from './guarded-socket.ts'
import { agentLink } from './links.ts'
import { LiveEvents } from './live-events.ts'
import { Outbox } from './outbox.ts'
import { memoryStorage, type OutboxStorage } from './outbox-storage.ts'
import { retrying } from './retrying.ts'
import type { ServerInfo } from './server-info.ts'
import { createSessionHandle, type SessionHandle } from './session-handle.ts'
import { SessionViews } from './session-views.ts'
import { createSessions, type Sessions } from './sessions.ts'
import { systemClock } from './system-clock.ts'
import { TokenRenewal, type TokenSource } from './token.ts'

export interface AgentClientOptions {
  /** Of the server's `/trpc`: `ws(s)://` or `http(s)://`; in a browser a path will do. */
  url: string | (() => string | Promise<string>)
  /** Asked for each connect, and before a token expires. */
  token: TokenSource
  /** Where messages wait until they are acknowledged. In memory without one. */
  outbox?: OutboxStorage
  /** For runtimes without a `WebSocket` of their own. */
  WebSocket?: typeof WebSocket
  /** What calls and events go over where WebSocket is blocked; the runtime's own without one. */
  fetch?: typeof fetch
  /** What went wrong and is dealt with: for a log. */
  onError?: (error: unknown) => void
  /** For tests: time, chance and frames of their own. */
  clock?: Clock
  random?: () => number
  schedule?: Scheduler
  times?: SocketTimes
}

export interface AgentClient {
  readonly connection: Connection
  readonly sessions: Sessions
  session(sessionId: string): SessionHandle
  info(): Promise<ServerInfo>
  /** Notifications as they arrive, of every session that is watched; never those of its history. */
  onNotification(listener: (event: NotificationEvent) => void): () => void
  /** Events after which a list of sessions is out of date, of every session that is watched. */
  onSessionChange(listener: (event: SessionEvent) => void): () => void
  /** The raw typed client, over the same socket. */
  readonly trpc: TRPCClient<AppRouter>
  /** For other tRPC clients over the same socket. */
  readonly link: TRPCLink<AppRouter>
  /** Ends everything. What the outbox's storage keeps is sent by the next client. */
  close(): Promise<void>
}

/** Opens nothing until it is first used: it may be made on a server, or while a module loads. */
export function createAgentClient(options: AgentClientOptions): AgentClient {
  const { clock = systemClock, random = Math.random, onError = () => {}, token } = options
  const connection = new AgentConnection({
    url: options.url,
    token,
    WebSocket: options.WebSocket,
    fetch: options.fetch,
    clock,
    random,
    times: options.times ?? socketTimes,
    onError,
  })
  const { signal } = connection
  const link = agentLink(connection, clock)
  const trpc = createTRPCClient<AppRouter>({ links: [link] })
  const renewToken = () => connection.renew()
  const context: FollowContext = { trpc, clock, random, renewToken, signal }
  const outbox = new Outbox({
    storage: options.outbox ?? memoryStorage(),
    deliver: (entry, ended) => deliver(trpc, entry, ended),
    connect: () => void connection.use(),
    isConnected: () => connection.isConnected,
    renewToken,
    clock,
    random,
    onError,
    signal,
  })
  const renewal = new TokenRenewal({
    clock,
    source: token,
    // Over HTTP each request brings its own.
    refresh: (fresh) =>
      connection.transport === 'sse'
        ? connection.http.take(fresh)
        : trpc.auth.refresh.mutate({ token: fresh }),
    onError,
  })
  connection.started.on(() => void outbox.load())
  connection.opened.on((used) => {
    renewal.watch(used)
    outbox.reopened()
    void outbox.load()
  })
  connection.tooBig.on(outbox.refuseBiggest)
  connection.subscribe(outbox.tellAll)
  const live = new LiveEvents()
  const schedule = options.schedule ?? frameScheduler
  const views = new SessionViews({ context, outbox, schedule, onEvent: live.take })
  const session = (sessionId: string) =>
    createSessionHandle({ sessionId, context, outbox, view: () => views.get(sessionId) })
  return {
    connection,
    session,
    sessions: createSessions(context, outbox, session),
    info: () => retrying(() => trpc.info.query(), { ...context, limitMs: 30_000 }),
    onNotification: (listener) => live.notifications.on(listener),
    onSessionChange: (listener) => live.changes.on(listener),
    trpc,
    link,
    async close() {
      views.close()
      renewal.stop()
      await connection.close()
    },
  }
}
