/**
 * Calls and streams of events over HTTP, for where WebSocket is blocked. Loaded when it is first needed: most
 * pages never do. Used by `links.ts`. Why it reads the events itself: docs/decisions/042-events-over-http.md.
 */
import {
  httpLink,
  type Operation,
  type OperationResultEnvelope,
  TRPCClientError,
  type TRPCLink,
} from '@trpc/client'
import { type Observer, observable } from '@trpc/server/observable'
import type { AppRouter } from '../server/trpc/router.ts'
import { AgentClientError, isAuthError, toClientError } from './errors.ts'
import { type EventsEnd, readEvents } from './event-source.ts'
import { fieldsOf } from './fields.ts'
import type { HttpReach } from './http-reach.ts'
import { bearer } from './http-reach.ts'
import { retryDelayMs } from './retry-delay.ts'
import { StreamSeats } from './stream-seats.ts'
import { pause } from './system-clock.ts'
import { ownTab, tabSeats } from './tab-seats.ts'

type Link = ReturnType<TRPCLink<AppRouter>>
type Runtime = Parameters<TRPCLink<AppRouter>>[0]
type Call = Parameters<Link>[0]
type Reply = Observer<
  OperationResultEnvelope<unknown, TRPCClientError<AppRouter>>,
  TRPCClientError<AppRouter>
>

/** Streams at once: of a page, and of a program, whom nobody counts connections for but the server (20). */
const seats = { page: 3, program: 10 }
/** A token is asked for anew this often in a row before a refusal counts. */
const maxRenewals = 2

export function httpCalls(http: HttpReach, runtime: Runtime): Link {
  let streams: StreamSeats | null = null
  return (call) =>
    observable((observer) => {
      const leaving = new AbortController()
      const { signal } = leaving
      const run = async () => {
        if (call.op.type !== 'subscription')
          return askOnce({ http, runtime, call, signal }, observer)
        const { url } = await http.address()
        streams ??= new StreamSeats({
          clock: http.clock,
          count: typeof document === 'undefined' ? seats.program : seats.page,
          shared: tabSeats(new URL(url).host, ownTab()),
        })
        return new FollowedEvents(http, streams, observer).run(call.op, signal)
      }
      run().catch((cause: unknown) => {
        if (!signal.aborted) observer.error(asTrpcError(cause))
      })
      return () => leaving.abort()
    })
}

interface Asked {
  http: HttpReach
  runtime: Runtime
  call: Call
  signal: AbortSignal
}

/** A query or a mutation: sent once, and once more with a fresh token where that was refused. */
async function askOnce(asked: Asked, observer: Reply, renewed = false): Promise<void> {
  const { http, runtime, call, signal } = asked
  const { url, token } = await http.address()
  if (signal.aborted) return
  const link = httpLink<AppRouter>({
    url,
    headers: bearer(token),
    fetch: (input, init) => http.fetch(input, { ...init, signal: init?.signal ?? null }),
  })(runtime)
  const sent = link(call).subscribe({
    next: (value) => observer.next(value),
    complete: () => observer.complete(),
    error(error) {
      const reason = toClientError(error)
      if (isAuthError(reason) && token !== '' && !renewed) {
        // Refused before it was looked at: it did nothing.
        const again = http.refuse(token).then(() => askOnce(asked, observer, true))
        again.catch((cause: unknown) => observer.error(asTrpcError(cause)))
        return
      }
      if (reason.reason === 'CONNECTION_LOST') http.suspect()
      observer.error(error)
    },
  })
  signal.addEventListener('abort', () => sent.unsubscribe(), { once: true })
}

/** A subscription: one stream after another, each from the last event on, until the server ends it. */
class FollowedEvents {
  readonly #http: HttpReach
  readonly #seats: StreamSeats
  readonly #observer: Reply
  #lastEventId: string | null = null
  #failures = 0
  #renewals = 0

  constructor(http: HttpReach, streams: StreamSeats, observer: Reply) {
    this.#http = http
    this.#seats = streams
    this.#observer = observer
  }

  async run({ path, input }: Operation, signal: AbortSignal): Promise<void> {
    const { lastEventId, ...rest } = fieldsOf(input) ?? {}
    this.#lastEventId = typeof lastEventId === 'string' ? lastEventId : null
    const query = `${path}?input=${encodeURIComponent(JSON.stringify(rest))}`
    const done = this.#seats.begin(this)
    try {
      for (;;) {
        const end = await this.#readOne(query, signal)
        if (signal.aborted) return
        if (end === 'returned') break
        if (end === 'lost') await this.#rest(signal)
      }
    } finally {
      done()
    }
    this.#observer.next({ result: { type: 'stopped' } })
    this.#observer.complete()
  }

  async #readOne(query: string, signal: AbortSignal): Promise<EventsEnd> {
    await this.#reachable(signal)
    const seat = await this.#seats.take(this, signal)
    try {
      const { url, token } = await this.#http.address()
      return await readEvents({
        url: `${url}/${query}`,
        headers: {
          ...bearer(token),
          ...(this.#lastEventId !== null && { 'last-event-id': this.#lastEventId }),
        },
        fetch: this.#http.fetch,
        clock: this.#http.clock,
        signal,
        leave: seat.turnOver,
        onStarted: () => this.#observer.next({ result: { type: 'started' } }),
        onEvent: (id, data) => {
          this.#failures = 0
          this.#renewals = 0
          this.#lastEventId = id
          this.#observer.next({ result: { id, data: { id, data } } })
        },
        refused: (answer) => this.#refused(answer, token),
      })
    } finally {
      seat.leave()
    }
  }

  /** Throws what the server said, unless a fresh token may cure it. */
  async #refused(answer: unknown, token: string): Promise<void> {
    const error = asTrpcError(answer)
    if (!isAuthError(toClientError(error)) || this.#renewals++ >= maxRenewals) throw error
    await this.#http.refuse(token)
  }

  async #rest(signal: AbortSignal): Promise<void> {
    this.#http.suspect()
    const { clock, random } = this.#http
    await pause(clock, retryDelayMs(this.#failures++, random), signal)
  }

  #reachable(signal: AbortSignal): Promise<void> | null {
    if (this.#http.state.state === 'up') return null
    return new Promise((resolve, reject) => {
      const leave = this.#http.changed.on(({ state }) => {
        if (state === 'up') done()
      })
      const done = () => {
        leave()
        signal.removeEventListener('abort', gone)
        resolve()
      }
      const gone = () => {
        leave()
        reject(signal.reason)
      }
      signal.addEventListener('abort', gone, { once: true })
    })
  }
}

/** As every link's caller expects it. */
function asTrpcError(cause: unknown): TRPCClientError<AppRouter> {
  if (cause instanceof TRPCClientError) return cause
  if (cause instanceof AgentClientError) return TRPCClientError.from(cause)
  const said = fieldsOf(cause)
  if (said?.error !== undefined) return TRPCClientError.from({ error: said.error as never })
  return TRPCClientError.from(cause instanceof Error ? cause : new Error(String(cause)))
}
