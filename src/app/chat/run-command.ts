/**
 * What a typed command does, and what is said of an action that failed. Fetched at the first sign of somebody, by
 * `use-session-actions.ts`.
 */
import { type AgentClient, AgentClientError, type SessionHandle } from '../../client/index.ts'
import type { Dictionary } from '../i18n/en.ts'
import { sayError } from '../i18n/say-error.ts'
import { saveFile } from './save-file.ts'
import { showToast } from './show-toast.ts'
import type { SlashCommand } from './slash-command.ts'

export async function runCommand(
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

export function sayFailure(text: Dictionary, cause: unknown): string {
  const said = cause instanceof AgentClientError ? sayError(text, cause) : undefined
  return said ?? text.commands.failed
}
