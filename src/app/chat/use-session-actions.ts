'use client'
/** What one can do in a session, for components: what fails is said in a toast. Stable over renders. */
import { useMemo } from 'react'
import {
  type AgentClient,
  AgentClientError,
  type CommandOutcome,
  type SessionHandle,
} from '../../client/index.ts'
import { useAgent } from '../../client/react/index.ts'
import type { Rating } from '../../core/events.ts'
import type { Dictionary } from '../i18n/en.ts'
import { sayError } from '../i18n/say-error.ts'
import { useText } from '../i18n/use-text.tsx'
import { announce } from './announce.ts'
import { saveFile } from './save-file.ts'
import { showToast } from './show-toast.ts'
import type { SlashCommand } from './slash-command.ts'

export interface SessionActions {
  regenerate: (queryId: string) => void
  rate: (messageId: string, rating: Rating) => void
  withdraw: (messageId: string) => void
  sendNext: (messageId: string) => void
  /** Puts what waits into this order. Resolves when it is seen, or was too late. */
  arrange: (messageIds: readonly string[]) => Promise<void>
  stop: () => void
  /** Not `help`, which is the composer's own. */
  run: (command: Exclude<SlashCommand, { name: 'help' }>) => void
}

/** `handle` is null for a conversation that is not a session yet. */
export function useSessionActions(handle: SessionHandle | null): SessionActions {
  const agent = useAgent()
  const text = useText()
  return useMemo(() => {
    const settle = (action: Promise<unknown> | undefined) => {
      action?.catch((cause: unknown) => showToast('error', sayFailure(text, cause)))
    }
    /** What a press in the queue came to: read out where it shows, and shown where it came too late. */
    const sayQueued = (outcome: CommandOutcome, done: string) => {
      if (outcome === 'already-started' || outcome === 'already-finished') {
        showToast('info', text.queue.tooLate)
      } else if (done !== '') announce(outcome === 'cancelled' ? text.answer.cancelled : done)
    }
    return {
      regenerate: (messageId) => settle(handle?.command('regenerate', { messageId })),
      rate: (messageId, rating) => settle(handle?.feedback(messageId, rating)),
      withdraw: (messageId) =>
        settle(
          handle?.withdraw(messageId).then((outcome) => sayQueued(outcome, text.queue.withdrawn)),
        ),
      sendNext: (messageId) =>
        settle(
          handle?.sendNext(messageId).then((outcome) => sayQueued(outcome, text.queue.sentAhead)),
        ),
      arrange: async (messageIds) => {
        const arranged = handle?.arrange(messageIds).then((outcome) => sayQueued(outcome, ''))
        settle(arranged)
        await arranged?.catch(() => {})
      },
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
