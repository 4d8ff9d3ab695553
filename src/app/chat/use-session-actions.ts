'use client'
/** What one can do in a session, for components: what fails is said in a toast. Stable over renders. */
import { useMemo } from 'react'
import type { SessionHandle } from '../../client/index.ts'
import type { Rating } from '../../core/events.ts'
import { showToast } from './show-toast.ts'
import type { SlashCommand } from './slash-command.ts'

export interface SessionActions {
  regenerate: (queryId: string) => void
  choose: (answerId: string) => void
  rate: (messageId: string, rating: Rating, comment?: string) => void
  askAgain: (queryId: string, content: string) => void
  withdraw: (messageId: string) => void
  stop: () => void
  run: (command: SlashCommand) => void
}

/** `handle` is null for a conversation that is not a session yet. */
export function useSessionActions(handle: SessionHandle | null): SessionActions {
  return useMemo(
    () => ({
      regenerate: (messageId) => settle(handle?.regenerate(messageId)),
      choose: (answerId) => settle(handle?.choose(answerId)),
      rate: (messageId, rating, comment) => settle(handle?.feedback(messageId, rating, comment)),
      askAgain(replaces, content) {
        // What is refused stays in the conversation and says why.
        handle?.send(content, { replaces }).catch(() => {})
      },
      withdraw: (messageId) => settle(handle?.withdraw(messageId)),
      stop: () => settle(handle?.stop()),
      run(command) {
        if (!handle) showToast('info', 'Commands need a conversation. Send a message first.')
        else settle(runCommand(handle, command))
      },
    }),
    [handle],
  )
}

async function runCommand(handle: SessionHandle, command: SlashCommand): Promise<void> {
  if (command.name === 'model') {
    await handle.command('model', { model: command.model })
    return
  }
  const reply = await handle.command(command.name)
  if (reply.content) showToast('info', reply.content)
  if (reply.outcome === 'already-finished') showToast('info', 'No answer is running.')
}

function settle(action: Promise<unknown> | undefined): void {
  action?.catch((cause: unknown) => {
    showToast('error', cause instanceof Error ? cause.message : 'That did not work.')
  })
}
