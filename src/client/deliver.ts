/** Sends one outbox entry as the mutation that it stands for. Used by the outbox. */
import type { TRPCClient } from '@trpc/client'
import { assertNever } from '../core/assert-never.ts'
import type { AppRouter } from '../server/trpc/router.ts'
import type { OutboxEntry, OutboxReply } from './outbox-entry.ts'

export function deliver(
  trpc: TRPCClient<AppRouter>,
  entry: OutboxEntry,
  signal: AbortSignal,
): Promise<OutboxReply> {
  switch (entry.kind) {
    case 'query':
      return trpc.agent.query.mutate(entry.input, { signal })
    case 'command':
      return trpc.agent.command.mutate(entry.input, { signal })
    case 'feedback':
      return trpc.agent.feedback.mutate(entry.input, { signal })
    case 'create':
      return trpc.session.create.mutate(entry.input, { signal })
    case 'update':
      return trpc.session.update.mutate(entry.input, { signal })
    default:
      return assertNever(entry)
  }
}
