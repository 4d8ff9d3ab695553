/**
 * How long an answer stood still because its server was cut: from the kill or the signal to the first event of the
 * next server that goes on with it, as a reader at the server itself was given it. For a server that is alone: where
 * others may go on, see `takeovers-elsewhere.ts`. Pure; used by the runner.
 */
import type { Given } from './given.ts'
import type { Outage } from './stage.ts'

export function takeoversOf(
  outages: readonly Pick<Outage, 'cutAtMs' | 'spawnedAtMs'>[],
  readers: readonly Pick<Given, 'events' | 'atMs'>[],
): number[] {
  return outages.flatMap(({ cutAtMs, spawnedAtMs }, index) => {
    const nextCutMs = outages[index + 1]?.cutAtMs ?? Number.POSITIVE_INFINITY
    return readers.flatMap((reader) => {
      const running = runningAt(reader, cutAtMs)
      const place = reader.events.findIndex(
        (event, at) =>
          running !== null && (reader.atMs[at] ?? 0) > spawnedAtMs && goesOn(event, running),
      )
      const atMs = reader.atMs[place]
      return atMs === undefined || atMs > nextCutMs ? [] : [atMs - cutAtMs]
    })
  })
}

type Event = Given['events'][number]

function runningAt(
  { events, atMs }: Pick<Given, 'events' | 'atMs'>,
  cutAtMs: number,
): string | null {
  let running: string | null = null
  for (const [place, event] of events.entries()) {
    if ((atMs[place] ?? 0) > cutAtMs) break
    if (event.type === 'status' && event.state === 'thinking') running = event.answerId ?? null
    if (event.type === 'response' || event.type === 'error') running = null
  }
  return running
}

function goesOn(event: Event, answerId: string): boolean {
  switch (event.type) {
    case 'status':
      return (
        event.answerId === answerId &&
        (event.state === 'restarting' || event.state === 'continuing')
      )
    case 'response':
      return event.messageId === answerId
    case 'error':
      return event.answerId === answerId
    default:
      return false
  }
}
