'use client'
/** What one can do in a session, for components: what fails is said in a toast. Stable over renders. */
import { useMemo } from 'react'
import type { AgentClient, CommandOutcome, SessionHandle } from '../../client/index.ts'
import { useAgent } from '../../client/react/index.ts'
import type { Rating } from '../../core/events.ts'
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
  return useMemo(
    () => ({
      regenerate: (messageId) => settle(handle?.command('regenerate', { messageId })),
      rate: (messageId, rating) => settle(handle?.feedback(messageId, rating)),
      withdraw: (messageId) =>
        settle(handle?.withdraw(messageId).then((outcome) => sayQueued(outcome, 'Withdrawn.'))),
      sendNext: (messageId) =>
        settle(handle?.sendNext(messageId).then((outcome) => sayQueued(outcome, 'Sent ahead.'))),
      arrange: async (messageIds) => {
        const arranged = handle?.arrange(messageIds).then((outcome) => sayQueued(outcome, ''))
        settle(arranged)
        await arranged?.catch(() => {})
      },
      stop: () => settle(handle?.stop()),
      run(command) {
        if (!handle) showToast('info', 'Commands need a conversation. Send a message first.')
        else settle(runCommand(agent, handle, command))
      },
    }),
    [agent, handle],
  )
}

async function runCommand(
  agent: AgentClient,
  handle: SessionHandle,
  command: Exclude<SlashCommand, { name: 'help' }>,
): Promise<void> {
  if (command.name === 'model') {
    await handle.command('model', { model: command.model })
    return
  }
  if (command.name === 'export') {
    const { filename, content } = await agent.sessions.export(handle.sessionId, command.format)
    saveFile(filename, content, command.format === 'json' ? 'application/json' : 'text/markdown')
    showToast('success', `Saved as ${filename}.`)
    return
  }
  const { outcome } = await handle.command(command.name)
  if (outcome === 'already-finished') showToast('info', 'No answer is running.')
  if (outcome === 'already-started') showToast('info', 'A new answer is on its way already.')
  if (outcome === 'not-found') showToast('info', 'There is no question to answer again.')
}

/** What a press in the queue came to: read out where it shows, and shown where it came too late. */
function sayQueued(outcome: CommandOutcome, done: string): void {
  if (outcome === 'already-started' || outcome === 'already-finished') {
    showToast('info', 'This message has been sent already.')
  } else if (done !== '') announce(outcome === 'cancelled' ? 'Stopped.' : done)
}

function settle(action: Promise<unknown> | undefined): void {
  action?.catch((cause: unknown) => {
    showToast('error', cause instanceof Error ? cause.message : 'That did not work.')
  })
}
