/** The summary of a session, a fold of its log: what a list shows. Stores keep it beside the log. */
import type { EventBody } from '../events.ts'
import type { Summary } from '../ports/store.ts'
import type { TurnQueue } from './turn-queue.ts'

/** The title of a session that nobody has named or written in. */
export const untitled = 'New chat'

const maxTitleChars = 60

/** A title out of a first message: its first line, cut at a word. */
export function titleFrom(content: string): string {
  const line = content.trim().split('\n', 1)[0]?.replace(/\s+/g, ' ').trim() ?? ''
  if (line.length <= maxTitleChars) return line || untitled
  const cut = line.slice(0, maxTitleChars)
  const space = cut.lastIndexOf(' ')
  return `${(space > maxTitleChars / 2 ? cut.slice(0, space) : cut).toWellFormed()}…`
}

/** What `events` change in the summary; `title` is the one before them. */
export function summarise(events: readonly EventBody[], title: string): Partial<Summary> {
  const change: Partial<Summary> = {}
  // Closing a session for want of activity is none.
  const closes = events.some((event) => event.type === 'status' && event.state === 'closed')
  for (const event of events) {
    if (event.type === 'delta') continue
    if (!closes) change.lastActivity = event.timestamp
    if (event.type === 'query' && event.state === 'queued' && title === untitled) {
      change.title ??= titleFrom(event.content)
    }
    if (event.type === 'command') {
      const { title: renamed, model } = event.args ?? {}
      if (event.name === 'rename' && typeof renamed === 'string') change.title = renamed
      if (event.name === 'model' && typeof model === 'string') change.model = model
    }
  }
  return change
}

/** The state of an open session, as its queue has it: one whose only query is held waits, too. */
export function stateOf(queue: TurnQueue): Summary['state'] {
  if (queue.running) return 'running'
  return queue.waiting.length > 0 ? 'queued' : 'idle'
}
