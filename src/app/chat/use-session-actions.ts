'use client'
/** What one can do in a session, for components: what fails is said in a toast. Stable over renders. */
import { useMemo } from 'react'
import type { Rating } from '../../client/index.ts'
import { type AgentClient, AgentClientError, type SessionHandle } from '../../client/index.ts'
import { useAgent } from '../../client/react/index.ts'
import type { Dictionary } from '../i18n/en.ts'
import { sayError } from '../i18n/say-error.ts'
import { useText } from '../i18n/use-text.tsx'
import { saveFile } from './save-file.ts'
import { showToast } from './show-toast.ts'
import type { SlashCommand } from './slash-command.ts'

export type Settle = (action: Promise<unknown> | undefined) => void

export interface SessionActions {
  regenerate: (queryId: string) => void
  choose: (answerId: string) => void
  rate: (messageId: string, rating: Rating, comment?: string) => void
  askAgain: (queryId: string, content: string) => void
  withdraw: (messageId: string) => void
  /** Says in a toast what an action failed of. */
  settle: Settle
  stop: () => void
  /** Not `help`, which is the composer's own. */
  run: (command: Exclude<SlashCommand, { name: 'help' }>) => void
}

/** `handle` is null for a conversation that is not a session yet. */
export function useSessionActions(handle: SessionHandle | null): SessionActions {
  const agent = useAgent()
  const text = useText()
  return useMemo(() => {
    const settle: Settle = (action) => {
      action?.catch((cause: unknown) => showToast('error', sayFailure(text, cause)))
    }
    return {
      settle,
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
        else settle(runCommand({ agent, handle, text }, command))
      },
    }
  }, [agent, handle, text])
}

async function runCommand(
  { agent, handle, text }: { agent: AgentClient; handle: SessionHandle; text: Dictionary },
  command: Exclude<SlashCommand, { name: 'help' }>,
): Promise<void> {
  if (command.name === 'model') {
    await handle.command('model', { model: command.model })
    return
  }
  if (command.name === 'export') {
    const { filename, content } = await agent.sessions.export(handle.sessionId, command.format)
    saveFile(filename, content, command.format === 'json' ? 'application/json' : 'text/markdown')
    showToast('success', text.commands.exported(filename))
    return
  }
  const { outcome } = await handle.command(command.name)
  if (outcome === 'already-finished') showToast('info', text.commands.nothingRuns)
  if (outcome === 'already-started') showToast('info', text.commands.onItsWay)
  if (outcome === 'not-found') showToast('info', text.commands.noQuestion)
}

function sayFailure(text: Dictionary, cause: unknown): string {
  const said = cause instanceof AgentClientError ? sayError(text, cause) : undefined
  return said ?? text.commands.failed
}
