/**
 * Redis as the store speaks with it: commands that are answered, or rejected with `STORE_UNAVAILABLE` in bounded
 * time, in the order in which they were asked for; announcements; and the end of both. Used by `openRedisStore`,
 * and by the limits that count over all servers.
 */
import { AgentError } from '../../../core/errors.ts'
import type { Logger } from '../../../core/ports/log.ts'
import { type Client, createClients, defaultRedisTimes, type RedisTimes } from './clients.ts'
import { asStoreError, isNoScript } from './redis-error.ts'
import { type RedisSettings, redisName } from './redis-url.ts'
import type { Script } from './scripts.ts'

export interface RedisConnection {
  /** For libraries that bring commands of their own. */
  readonly client: Client
  readonly times: RedisTimes
  /** `send` is called when there is a connection; it rejects with what the port promises. */
  command<T>(send: (client: Client) => Promise<T>): Promise<T>
  run(
    script: Script,
    keys: readonly string[],
    args?: readonly (string | number)[],
  ): Promise<unknown>
  /** Resolves when what is announced from then on is heard. */
  listen(channel: string): Promise<void>
  unlisten(channel: string): void
  /** What is announced. One listener. */
  onMessage(listener: (channel: string, message: string) => void): void
  /** Called where announcements may have been missed: look at everything again. */
  onMissed(listener: () => void): void
  close(): Promise<void>
}

const reviveMs = 100

/** Rejects where Redis cannot be reached within `startMs`: with what a person can read. */
export async function openConnection(
  settings: RedisSettings,
  {
    log,
    times = defaultRedisTimes,
    startMs = 10_000,
  }: { log: Logger; times?: RedisTimes; startMs?: number },
): Promise<RedisConnection> {
  const { commands, subscriber } = createClients(settings, times)
  const clients = new Set([commands, subscriber])
  let closed = false
  let lastError: Error | null = null
  /** Since when there is no connection; null: there is one. */
  let downSinceMs: number | null = performance.now()
  const waiting = new Set<() => void>()
  const missed = new Set<() => void>()
  const channels = new Set<string>()

  for (const client of clients) {
    client.on('error', (cause: Error) => {
      lastError = cause
    })
    // ioredis gives up for good where a failover meets a reconnect that is under way.
    client.on('end', () => {
      if (closed) return
      setTimeout(() => {
        if (!closed && client.status === 'end') client.connect().catch(() => undefined)
      }, reviveMs)
    })
  }
  commands.on('close', () => {
    if (closed || downSinceMs !== null) return
    downSinceMs = performance.now()
    log.warn({ err: lastError }, 'the connection to Redis is lost')
  })
  commands.on('ready', () => {
    if (downSinceMs !== null && lastError) log.info({}, 'connected to Redis again')
    downSinceMs = null
    lastError = null
    for (const go of [...waiting]) go()
  })
  // It subscribes again by itself, but not where it had given up. To subscribe twice is to subscribe once.
  const onReady = () => {
    const again = [...channels].map((channel) => subscriber.ssubscribe(channel))
    Promise.all([...again, subscriber.ping()]).then(
      () => {
        for (const listener of missed) listener()
      },
      () => undefined,
    )
  }

  /** Null where there is a connection. */
  function wait(): Promise<void> | null {
    if (closed) return Promise.reject(new AgentError('STORE_UNAVAILABLE'))
    if (commands.status === 'ready') return null
    const downMs = performance.now() - (downSinceMs ?? performance.now())
    const leftMs = times.waitMs - downMs
    if (leftMs <= 0) return Promise.reject(unavailable(lastError))
    return new Promise((resolve, reject) => {
      const done = (settle: () => void) => {
        clearTimeout(timer)
        waiting.delete(go)
        settle()
      }
      const go = () => done(resolve)
      const timer = setTimeout(() => done(() => reject(unavailable(lastError))), leftMs)
      waiting.add(go)
    })
  }

  async function command<T>(send: (client: Client) => Promise<T>): Promise<T> {
    // Sent in this very turn where that is possible: the order of commands is the order of the calls.
    const pause = wait()
    if (pause) await pause
    try {
      return await send(commands)
    } catch (cause) {
      throw asStoreError(cause)
    }
  }

  try {
    await Promise.all([...clients].map((client) => reached(client, startMs)))
  } catch (cause) {
    // Nobody revives these: a process that gave up is to end.
    closed = true
    for (const client of clients) client.disconnect()
    const why = lastError ?? cause
    const said = why instanceof Error ? why.message : String(why)
    throw new Error(`Redis at ${redisName(settings)} cannot be reached: ${said}`, { cause: why })
  }
  subscriber.on('ready', onReady)
  // Where nothing is under way, a connection that is cut in the middle would say nothing for ever.
  const pings = setInterval(() => {
    if (subscriber.status === 'ready') Promise.resolve(subscriber.ping()).catch(() => undefined)
  }, times.pingMs)

  return {
    client: commands,
    times,
    command,
    run: (script, keys, args = []) =>
      command(async (client) => {
        try {
          return await client.evalsha(script.sha, keys.length, ...keys, ...args)
        } catch (cause) {
          if (!isNoScript(cause)) throw cause
          return client.eval(script.lua, keys.length, ...keys, ...args)
        }
      }),
    async listen(channel) {
      channels.add(channel)
      await subscriber.ssubscribe(channel)
    },
    unlisten(channel) {
      channels.delete(channel)
      Promise.resolve(subscriber.sunsubscribe(channel)).catch(() => undefined)
    },
    onMessage(listener) {
      subscriber.on('smessage', (channel: string, message: string) => listener(channel, message))
    },
    onMissed(listener) {
      missed.add(listener)
    },
    async close() {
      closed = true
      clearInterval(pings)
      for (const client of clients) client.disconnect()
    },
  }
}

function unavailable(cause: unknown): AgentError {
  return new AgentError('STORE_UNAVAILABLE', { cause })
}

/** Resolves when it is ready; it goes on trying by itself until it is told to end. */
function reached(client: Client, withinMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const late = () => done(() => reject(new Error(`no answer within ${withinMs / 1000} s`)))
    const timer = setTimeout(late, withinMs)
    const ready = () => done(resolve)
    const done = (settle: () => void) => {
      clearTimeout(timer)
      client.off('ready', ready)
      settle()
    }
    client.on('ready', ready)
    client.connect().catch(() => undefined)
  })
}
