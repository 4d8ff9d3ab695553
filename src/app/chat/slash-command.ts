/** Commands as they are typed in the composer: `/clear`, `/model openai/gpt-4-turbo`. Contract section 3. */

export type SlashCommand =
  | { name: 'cancel' | 'clear' | 'regenerate' | 'help' }
  | { name: 'model'; model: string }

const plainNames: ReadonlySet<string> = new Set(['cancel', 'clear', 'regenerate', 'help'])

/** Null for what is no command: that is a message, whatever it begins with. */
export function parseSlashCommand(text: string): SlashCommand | null {
  const [word = '', ...rest] = text.trim().split(/\s+/)
  if (!word.startsWith('/')) return null
  const name = word.slice(1)
  if (name === 'model' && rest.length === 1) return { name, model: rest[0] ?? '' }
  return rest.length === 0 && isPlain(name) ? { name } : null
}

function isPlain(name: string): name is 'cancel' | 'clear' | 'regenerate' | 'help' {
  return plainNames.has(name)
}
