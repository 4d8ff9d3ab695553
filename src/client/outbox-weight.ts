/** What is big in an entry of the outbox. Used by the outbox when the server found a frame too big. */
import type { OutboxEntry } from './outbox-entry.ts'

const encoder = new TextEncoder()

export function bytesOf({ input }: OutboxEntry): number {
  return encoder.encode(JSON.stringify(input)).length
}

/** The name of the field that is to blame. */
export function biggestField({ input }: OutboxEntry): string {
  const fields = Object.entries(input).map(([name, value]) => ({
    name,
    chars: JSON.stringify(value ?? null).length,
  }))
  return fields.toSorted((a, b) => b.chars - a.chars)[0]?.name ?? 'content'
}
