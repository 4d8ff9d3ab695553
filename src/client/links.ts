/**
 * The tRPC link of a client: the socket opened at the first call, and an end to every call that
 * nobody answers. The raw client, the hooks and the client's own parts all go through it.
 */
import { TRPCClientError, type TRPCLink, wsLink } from '@trpc/client'
import { observable } from '@trpc/server/observable'
import type { Clock } from '../core/ports/clock.ts'
import type { AppRouter } from '../server/trpc/router.ts'
import type { AgentConnection } from './connection.ts'
import { AgentClientError } from './errors.ts'

/** Longest wait for an answer. tRPC itself waits for ever, sent or unsent. */
const answerLimitMs = { mutation: 20_000, query: 30_000 } as const

export function agentLink(connection: AgentConnection, clock: Clock): TRPCLink<AppRouter> {
  return (runtime) => {
    let socketLink: ReturnType<TRPCLink<AppRouter>> | null = null
    return (call) =>
      observable((observer) => {
        const fail = (error: AgentClientError) => observer.error(TRPCClientError.from(error))
        if (connection.signal.aborted) return fail(new AgentClientError('CLOSED'))
        socketLink ??= wsLink<AppRouter>({ client: connection.use() })(runtime)
        const sent = socketLink(call).subscribe(observer)
        const { type } = call.op
        const onClose = () => fail(new AgentClientError('CLOSED'))
        connection.signal.addEventListener('abort', onClose, { once: true })
        const stopTimer =
          type === 'subscription'
            ? () => {}
            : clock.after(answerLimitMs[type], () =>
                fail(new AgentClientError('TIMED_OUT', { retryable: true })),
              )
        return () => {
          stopTimer()
          connection.signal.removeEventListener('abort', onClose)
          sent.unsubscribe()
        }
      })
  }
}
