/**
 * Compact replay (G9): what waits for a reader, in as few events as say the same. Deltas of an answer
 * whose `response` is there too are left out; adjacent deltas of one attempt become one, which bears the
 * number of the last. The order of what remains is the log's.
 */
import type { DeltaEvent, LogEvent } from '../events.ts'

export function compact(events: readonly LogEvent[]): readonly LogEvent[] {
  if (events.length < 2) return events
  const finished = new Set<string>()
  for (const event of events) if (event.type === 'response') finished.add(event.messageId)
  const kept: LogEvent[] = []
  let run: DeltaEvent[] = []
  const endRun = () => {
    if (run.length > 0) kept.push(merged(run))
    run = []
  }
  for (const event of events) {
    if (event.type !== 'delta') {
      endRun()
      kept.push(event)
    } else if (!finished.has(event.messageId)) {
      const last = run.at(-1)
      if (last && !continues(last, event)) endRun()
      run.push(event)
    }
  }
  endRun()
  return kept
}

function continues(before: DeltaEvent, event: DeltaEvent): boolean {
  return (
    event.messageId === before.messageId &&
    event.attempt === before.attempt &&
    event.offset === before.offset + before.content.length
  )
}

function merged(run: readonly DeltaEvent[]): DeltaEvent {
  const [first] = run
  const last = run.at(-1)
  if (!first || !last) throw new Error('a run of deltas is never empty')
  if (first === last) return first
  return { ...last, offset: first.offset, content: run.map((delta) => delta.content).join('') }
}
