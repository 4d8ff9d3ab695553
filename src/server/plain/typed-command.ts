/**
 * Commands as people type them: `/cancel`, `/model openai/gpt-4-turbo`. Contract section 3. Used by
 * `incoming-frames.ts`.
 */
export interface TypedCommand {
  name: string
  args: Record<string, unknown>
}

const bare: ReadonlySet<string> = new Set(['cancel', 'clear', 'regenerate', 'help'])

/** What a query's content says, where it is a command. Null for what is none: that is a query, whatever it begins with. */
export function commandInQuery(text: string): TypedCommand | null {
  const [word = '', ...rest] = wordsOf(text)
  if (!word.startsWith('/')) return null
  const name = word.slice(1)
  if (name === 'model') return rest.length === 1 ? { name, args: { model: rest[0] } } : null
  return bare.has(name) && rest.length === 0 ? { name, args: {} } : null
}

/** What a command's content says. What is wrong with it, the agent says. */
export function commandIn(text: string): TypedCommand {
  const [word = '', ...rest] = wordsOf(text)
  const name = word.replace(/^\//, '')
  if (rest.length === 0) return { name, args: {} }
  const value = rest.join(' ')
  return { name, args: name === 'model' ? { model: value } : { messageId: value } }
}

function wordsOf(text: string): string[] {
  return text.trim().split(/\s+/)
}
