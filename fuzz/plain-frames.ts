/** Frames of the plain JSON WebSocket at `/ws`: valid ones, with changes anywhere, and none. Used by `steps.ts`. */
import fc from 'fast-check'
import { changedText, mutated, mutations, textChange } from './mutations.ts'
import { nasty, nastyText, toJson } from './nasty.ts'

const optional = { requiredKeys: ['type'] as ['type'] }
const id = fc.oneof(fc.uuid(), fc.constant('$query'))
const content = fc.oneof(
  fc.constantFrom('Hello', '/help', '/cancel', '/model', '/clear', '/nothing', '//'),
  nastyText,
)
const name = fc.constantFrom('cancel', 'edit', 'regenerate', 'clear', 'model', 'help', 'toString')
const args = fc.record(
  { messageId: fc.constantFrom('$query', '$answer', '$nowhere'), content, model: nastyText },
  { requiredKeys: [] },
)

const frame: fc.Arbitrary<Record<string, unknown>> = fc.oneof(
  fc.record({ type: fc.constant('query'), id, content, timestamp: nasty }, optional),
  fc.record({ type: fc.constant('command'), id, content, name, args }, optional),
  fc.record(
    {
      type: fc.constant('feedback'),
      id,
      messageId: fc.constantFrom('$answer', '$query', '$nowhere'),
      rating: fc.constantFrom('up', 'down', 'none'),
      comment: content,
    },
    optional,
  ),
  fc.record(
    {
      type: fc.constant('auth'),
      token: fc.constantFrom('$token', '$identity', '$service', 'a.b.c'),
      identity: fc.constantFrom('$identity', '$token', 'a.b.c'),
    },
    optional,
  ),
)

/** The text of one frame. */
export const plainFrame: fc.Arbitrary<string> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(frame, mutations, textChange)
      .map(([one, changes, change]) => changedText(toJson(mutated(one, changes)), change)),
  },
  nasty.map(toJson),
  fc.array(frame, { maxLength: 5 }).map(toJson),
  fc.constantFrom('', '{', 'null', '[]', '"query"', '{"type":"__proto__"}'),
)

const cursor = fc.oneof(fc.constantFrom('$event', '0-0', '-', '1'), nastyText)

/** What stands behind `/ws`. */
export const plainQuery: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.constant('') },
  fc
    .record(
      { session: fc.constantFrom('$session', '$foreign', '$nowhere'), last_event_id: cursor },
      { requiredKeys: [] },
    )
    .map((query) =>
      Object.entries(query)
        .map(([key, value]) => `${key}=${escaped(value)}`)
        .join('&'),
    ),
  nastyText.map(escaped),
)

/** A lone surrogate has no escape. */
function escaped(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replaceAll('%24', '$').slice(0, 4_000)
}
