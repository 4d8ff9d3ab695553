/** A line that was typed in `chat`: a message, or a command of the contract's section 3. */

export type ChatLine =
  | { kind: 'nothing' }
  | { kind: 'message'; content: string }
  | { kind: 'cancel' | 'clear' | 'regenerate' | 'help' | 'quit' }
  | { kind: 'model'; model: string }
  | { kind: 'export'; format: 'markdown' | 'json' }

const plain = ['cancel', 'clear', 'regenerate', 'help', 'quit'] as const

export const chatHelp = `/cancel             stop the running answer
/regenerate         another answer to the last question
/clear              what came before is no longer sent to the model
/model NAME         another model
/export [FORMAT]    print the conversation: markdown or json
/help               this
/quit               leave: the session stays, and a running answer goes on
Ctrl-C stops the answer; twice, it ends the chat. Ctrl-D leaves.`

/** What is no command is a message, whatever it begins with. */
export function readChatLine(line: string): ChatLine {
  const content = line.trim()
  if (content === '') return { kind: 'nothing' }
  const [word = '', argument, ...rest] = content.split(/\s+/)
  const name = plain.find((one) => word === `/${one}`)
  if (name !== undefined && argument === undefined) return { kind: name }
  if (rest.length > 0) return { kind: 'message', content }
  if (word === '/model' && argument !== undefined) return { kind: 'model', model: argument }
  if (word === '/export') {
    const format = argument ?? 'markdown'
    if (format === 'markdown' || format === 'json') return { kind: 'export', format }
  }
  return { kind: 'message', content }
}
