/** Changes to valid JSON, at any field of it: and to its text, where it stops to be JSON. Used by `calls.ts`. */
import fc from 'fast-check'
import { nasty, nastyText } from './nasty.ts'

type Json = Record<string, unknown>

/** What happens to one place of a value; `place` picks it. */
type Mutation =
  | { kind: 'replace'; place: number; value: unknown }
  | { kind: 'remove'; place: number }
  | { kind: 'add'; place: number; name: string; value: unknown }
  | { kind: 'wrap'; place: number; in: 'list' | 'object' }

const place = fc.nat(50)
const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.record({ kind: fc.constant('replace' as const), place, value: nasty }),
  fc.record({ kind: fc.constant('remove' as const), place }),
  fc.record({ kind: fc.constant('add' as const), place, name: nastyText, value: nasty }),
  fc.record({
    kind: fc.constant('wrap' as const),
    place,
    in: fc.constantFrom('list' as const, 'object' as const),
  }),
)
/** None, half of the time: what is valid has to work in the middle of all else. */
export const mutations = fc.oneof(
  fc.constant([]),
  fc.array(mutation, { minLength: 1, maxLength: 3 }),
)

export function mutated(value: Json, changes: readonly Mutation[]): Json {
  const copy = structuredClone(value)
  for (const change of changes) apply(copy, change)
  return copy
}

/** All fields of it, on every level. */
function fieldsOf(value: Json): { parent: Json; name: string }[] {
  return Object.keys(value).flatMap((name) => {
    const inner = value[name]
    const own = { parent: value, name }
    return isObject(inner) ? [own, ...fieldsOf(inner)] : [own]
  })
}

function apply(value: Json, change: Mutation): void {
  const fields = fieldsOf(value)
  const field = fields[change.place % Math.max(1, fields.length)]
  if (!field) return
  const { parent, name } = field
  switch (change.kind) {
    case 'replace':
      // A copy: the same value may come twice, and would become a part of itself.
      parent[name] = structuredClone(change.value)
      return
    case 'remove':
      delete parent[name]
      return
    case 'add':
      // Not by assignment: `__proto__` has to become a field like any other.
      Object.defineProperty(isObject(parent[name]) ? parent[name] : parent, change.name, {
        value: structuredClone(change.value),
        enumerable: true,
        configurable: true,
        writable: true,
      })
      return
    case 'wrap':
      parent[name] = change.in === 'list' ? [parent[name]] : { value: parent[name] }
      return
  }
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** What happens to a text; most of the time nothing. */
type TextChange =
  | { kind: 'none' }
  | { kind: 'cut'; at: number }
  | { kind: 'insert'; at: number; text: string }
  | { kind: 'repeat'; at: number; length: number }

const at = fc.nat(10_000)
export const textChange: fc.Arbitrary<TextChange> = fc.oneof(
  { weight: 30, arbitrary: fc.constant({ kind: 'none' as const }) },
  fc.record({ kind: fc.constant('cut' as const), at }),
  fc.record({ kind: fc.constant('insert' as const), at, text: fc.string({ unit: 'binary' }) }),
  fc.record({ kind: fc.constant('repeat' as const), at, length: fc.nat(100) }),
)

export function changedText(text: string, change: TextChange): string {
  if (change.kind === 'none' || text === '') return text
  const place = change.at % text.length
  switch (change.kind) {
    case 'cut':
      return text.slice(0, place)
    case 'insert':
      return text.slice(0, place) + change.text + text.slice(place)
    case 'repeat':
      return text.slice(0, place + change.length) + text.slice(place)
  }
}
