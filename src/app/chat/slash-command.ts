/**
 * Commands as they are typed in the composer: what a text means, and what is offered while one types.
 * `/clear`, `/model openai/gpt-4-turbo`. Contract section 3; `/export` is the page's own.
 */
import type { Dictionary } from '../i18n/en.ts'

export type SlashCommand =
  | { name: 'cancel' | 'clear' | 'regenerate' | 'help' }
  | { name: 'model'; model: string }
  | { name: 'export'; format: 'markdown' | 'json' }

/** What the menu offers: to be sent as it is, or to be written and gone on with. */
export interface SlashOption {
  /** What stands in the field when it is chosen. */
  text: string
  /** Of its explanation, in the dictionary; null where the text says all. */
  hint: keyof Dictionary['commands']['hints'] | null
  /** Whether something must follow. */
  needsMore: boolean
}

const commands: readonly SlashOption[] = [
  { text: '/cancel', hint: 'cancel', needsMore: false },
  { text: '/clear', hint: 'clear', needsMore: false },
  { text: '/model ', hint: 'model', needsMore: true },
  { text: '/regenerate', hint: 'regenerate', needsMore: false },
  { text: '/export ', hint: 'export', needsMore: true },
  { text: '/help', hint: 'help', needsMore: false },
]

const plainNames: ReadonlySet<string> = new Set(['cancel', 'clear', 'regenerate', 'help'])

/** Null for what is no command: that is a message, whatever it begins with. */
export function parseSlashCommand(text: string): SlashCommand | null {
  const [word = '', ...rest] = text.trim().split(/\s+/)
  if (!word.startsWith('/')) return null
  const name = word.slice(1)
  const [first] = rest
  if (name === 'model' && rest.length === 1) return { name, model: first ?? '' }
  if (name === 'export' && rest.length === 0) return { name, format: 'markdown' }
  if (name === 'export' && rest.length === 1 && (first === 'markdown' || first === 'json')) {
    return { name, format: first }
  }
  return rest.length === 0 && isPlain(name) ? { name } : null
}

function isPlain(name: string): name is 'cancel' | 'clear' | 'regenerate' | 'help' {
  return plainNames.has(name)
}

/** What may be meant by what stands in the field so far; nothing where it is a message. */
export function slashOptions(draft: string, models: readonly string[]): SlashOption[] {
  const [, name, argument] = /^(\/[a-z]*)(?: +(\S*))?$/.exec(draft) ?? []
  if (name === undefined) return []
  if (argument === undefined) return commands.filter(({ text }) => text.startsWith(name))
  return argumentsOf(name, models).filter(({ text }) =>
    text.slice(name.length).toLowerCase().includes(argument.toLowerCase()),
  )
}

function argumentsOf(name: string, models: readonly string[]): SlashOption[] {
  if (name === '/model') {
    return models.map((model) => ({ text: `/model ${model}`, hint: null, needsMore: false }))
  }
  if (name !== '/export') return []
  return [
    { text: '/export markdown', hint: 'markdown', needsMore: false },
    { text: '/export json', hint: 'json', needsMore: false },
  ]
}
