'use client'
/** What one can do in a session, for components: what fails is said in a toast. Stable over renders. */
import { useMemo } from 'react'
import { AgentClientError, type SessionHandle } from '../../client/index.ts'
import type { Rating } from '../../core/events.ts'
import type { Dictionary } from '../i18n/en.ts'
import { sayError } from '../i18n/say-error.ts'
import { useText } from '../i18n/use-text.tsx'
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
  const text = useText()
  return useMemo(() => {
    const settle = (action: Promise<unknown> | undefined) => {
      action?.catch((cause: unknown) => showToast('error', sayFailure(text, cause)))
    }
    return {
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
        if (!handle) showToast('info', text.commands.needSession)
        else settle(runCommand(handle, command, text))
      },
    }
  }, [handle, text])
}

async function runCommand(
  handle: SessionHandle,
  command: SlashCommand,
  { commands }: Dictionary,
): Promise<void> {
  if (command.name === 'model') {
    await handle.command('model', { model: command.model })
    return
  }
  const reply = await handle.command(command.name)
  if (reply.content) showToast('info', reply.content)
  if (reply.outcome === 'already-finished') showToast('info', commands.nothingRuns)
}

function sayFailure(text: Dictionary, cause: unknown): string {
  const said = cause instanceof AgentClientError ? sayError(text, cause) : undefined
  return said ?? text.commands.failed
}
