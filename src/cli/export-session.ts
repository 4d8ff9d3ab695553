/** The verb `export`: a conversation, to a file or to stdout. */
import { writeFile } from 'node:fs/promises'
import type { AgentClient } from '../client/index.ts'
import { CommandError } from './exit-codes.ts'
import { lastSession } from './open-agent.ts'
import { plainText } from './plain-text.ts'

export interface ExportInput {
  id: string | undefined
  format: 'markdown' | 'json'
  output?: string
}

export async function exportSession(
  agent: AgentClient,
  { id, format, output }: ExportInput,
): Promise<void> {
  const { content } = await agent.sessions.export(id ?? (await lastSession(agent)), format)
  if (output === undefined) {
    process.stdout.write(process.stdout.isTTY ? plainText(content) : content)
    return
  }
  try {
    await writeFile(output, content)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new CommandError(`${output} cannot be written: ${why}.`)
  }
}
