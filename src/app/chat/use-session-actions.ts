'use client'
/** What one can do in a session, for components: what fails is said in a toast. Stable over renders. */
import { useMemo } from 'react'
import type { Rating, SessionHandle } from '../../client/index.ts'
import { useAgent } from '../../client/react/index.ts'
import { atFirstSign } from '../components/later.tsx'
import { useText } from '../i18n/use-text.tsx'
import { showToast } from './show-toast.ts'
import type { SlashCommand } from './slash-command.ts'

const load = () => import('./run-command.ts')
atFirstSign(() => void load().catch(() => {}))

export type Settle = (action: Promise<unknown> | undefined) => void

export interface SessionActions {
  regenerate: (queryId: string) => void
  choose: (answerId: string) => void
  /** Rejects where the server does not take it, which is said. */
  rate: (messageId: string, rating: Rating, comment?: string) => Promise<unknown>
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
      action?.catch(async (cause: unknown) => {
        const said = await load().then(
          ({ sayFailure }) => sayFailure(text, cause),
          () => null,
        )
        showToast('error', said ?? text.commands.failed)
      })
    }
    return {
      settle,
      regenerate: (messageId) => settle(handle?.regenerate(messageId)),
      choose: (answerId) => settle(handle?.choose(answerId)),
      async rate(messageId, rating, comment) {
        const rated = handle?.feedback(messageId, rating, comment)
        settle(rated)
        await rated
      },
      askAgain(replaces, content) {
        // What is refused stays in the conversation and says why.
        handle?.send(content, { replaces }).catch(() => {})
      },
      withdraw: (messageId) => settle(handle?.withdraw(messageId)),
      stop: () => settle(handle?.stop()),
      run(command) {
        if (!handle) showToast('info', text.commands.needSession)
        else settle(load().then(({ runCommand }) => runCommand({ agent, handle, text }, command)))
      },
    }
  }, [agent, handle, text])
}
