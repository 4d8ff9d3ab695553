/** What the browser's storage gives back: anybody's text, read as an entry or left alone. */
import { expect, test } from 'vitest'
import { browserStorage } from './browser-storage.ts'
import { parseEntry } from './outbox-schema.ts'

const id = '00000000-0000-4000-8000-000000000001'
const other = '00000000-0000-4000-8000-000000000002'
const input = { sessionId: 's', id, content: 'Hello', priority: 'normal' }
const entry = { id, order: 1, kind: 'query', input }
const prefix = 'agent-websocket:outbox:ada:'

/** As much of `localStorage` as is read. */
function storageOf(items: Record<string, string>): Storage {
  const keys = Object.keys(items)
  return {
    length: keys.length,
    key: (place: number) => keys[place] ?? null,
    getItem: (key: string) => items[key] ?? null,
    setItem: () => {},
    removeItem: () => {},
    clear: () => {},
  }
}

test('I5: an entry is read back as it was written', () => {
  expect(parseEntry(JSON.stringify(entry))).toEqual(entry)
})

test.each<[string, string]>([
  ['no JSON', '{'],
  ['a list', '[]'],
  ['an unknown field', JSON.stringify({ ...entry, later: true })],
  ['an unknown field of the request', JSON.stringify({ ...entry, input: { ...input, x: 1 } })],
  ['a prototype', `{"__proto__":{},${JSON.stringify(entry).slice(1)}`],
  ['the id of another request', JSON.stringify({ ...entry, input: { ...input, id: other } })],
  ['an order without end', JSON.stringify(entry).replace('"order":1', '"order":1e999')],
  ['an order that leaves no room above', JSON.stringify({ ...entry, order: 1e300 })],
  ['half a character', JSON.stringify({ ...entry, input: { ...input, content: '\ud83d' } })],
  ['a depth of 100,000', `{"kind":${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
  ['an unknown kind', JSON.stringify({ ...entry, kind: 'erase' })],
])('I5: %s is no entry', (_, text) => expect(parseEntry(text)).toBeNull())

test('I5: an entry counts under its own key alone: elsewhere it could not be removed', async () => {
  const text = JSON.stringify(entry)
  const items = {
    [prefix + id]: text,
    [prefix + other]: text,
    'agent-websocket:outbox:bob:x': text,
  }
  const storage = browserStorage({ user: 'ada', storage: storageOf(items) })
  expect(await storage.load()).toEqual([entry])
})
