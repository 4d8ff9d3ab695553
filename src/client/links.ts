/**
 * The tRPC link of a client: the connection opened at the first call, an end to every call that nobody
 * answers, and a way on for what is under way when the transport changes. The raw client, the hooks and the
 * client's own parts all go through it.
 */
import { TRPCClientError, type TRPCLink, wsLink } from '@trpc/client'
import { observable, type Unsubscribable } from '@trpc/server/observable'
import type { Clock } from '../core/ports/clock.ts'
import type { AppRouter } from '../server/trpc/router.ts'
import type { AgentConnection } from './connection.ts'
import { AgentClientError } from './errors.ts'
import { fieldsOf } from './fields.ts'

type Link = ReturnType<TRPCLink<AppRouter>>
type Runtime = Parameters<TRPCLink<AppRouter>>[0]
type Call = Parameters<Link>[0]

/** Longest wait for an answer. tRPC itself waits for ever, sent or unsent. */
const answerLimitMs = { mutation: 20_000, query: 30_000 } as const

export function agentLink(connection: AgentConnection, clock: Clock): TRPCLink<AppRouter> {
  return (runtime) => {
    let socketLink: Link | null = null
    const overHttp = lateHttpLink(connection, runtime)
    return (call) =>
      observable((observer) => {
        const fail = (error: AgentClientError) => observer.error(TRPCClientError.from(error))
        if (connection.signal.aborted) return fail(new AgentClientError('CLOSED'))
        const overSocket = socketLink ?? wsLink<AppRouter>({ client: connection.use() })(runtime)
        socketLink = overSocket
        const { type } = call.op
        let lastEventId: string | undefined
        /** The ride that counts: what an earlier one still says is not heard. */
        let ride = 0
        let sent: Unsubscribable | null = null
        const go = () => {
          const mine = ++ride
          sent?.unsubscribe()
          const link = connection.transport === 'sse' ? overHttp : overSocket
          sent = link(resumed(call, lastEventId)).subscribe({
            next(value) {
              if (mine !== ride) return
              if ('id' in value.result) lastEventId = value.result.id ?? lastEventId
              observer.next(value)
            },
            error(error) {
              if (mine === ride) observer.error(error)
            },
            complete() {
              if (mine === ride) observer.complete()
            },
          })
        }
        go()
        const stopMoving = connection.moved.on((transport) => {
          // What waits for a socket that does not come was never sent. What was asked over HTTP is answered there.
          if (type === 'subscription' || transport === 'sse') go()
        })
        const onClose = () => fail(new AgentClientError('CLOSED'))
        connection.signal.addEventListener('abort', onClose, { once: true })
        const stopTimer =
          type === 'subscription'
            ? () => {}
            : clock.after(answerLimitMs[type], () =>
                fail(new AgentClientError('TIMED_OUT', { retryable: true })),
              )
        return () => {
          ride++
          stopTimer()
          stopMoving()
          connection.signal.removeEventListener('abort', onClose)
          sent?.unsubscribe()
        }
      })
  }
}

/** The same call, from the last event that came on. */
function resumed(call: Call, lastEventId: string | undefined): Call {
  if (lastEventId === undefined) return call
  return { ...call, op: { ...call.op, input: { ...fieldsOf(call.op.input), lastEventId } } }
}

/** Over HTTP, with the code for it loaded at the first call. */
function lateHttpLink({ http }: AgentConnection, runtime: Runtime): Link {
  let loading: Promise<Link> | null = null
  const load = () => {
    loading ??= import('./over-http.ts').then(({ httpCalls }) => httpCalls(http, runtime))
    // A page that could not load it tries again with the next call.
    loading.catch(() => {
      loading = null
    })
    return loading
  }
  return (call) =>
    observable((observer) => {
      let left = false
      let sent: Unsubscribable | null = null
      load().then(
        (link) => {
          if (!left) sent = link(call).subscribe(observer)
        },
        (cause: unknown) => {
          const error = new AgentClientError('CONNECTION_LOST', { retryable: true, cause })
          observer.error(TRPCClientError.from(error))
        },
      )
      return () => {
        left = true
        sent?.unsubscribe()
      }
    })
}
