/** What a scenario is made of: what one stranger does, one thing after the other. Used by `fuzz.ts`. */
import fc from 'fast-check'
import { anyCall } from './calls.ts'
import { type RawFrame, rawFrame } from './frames.ts'
import { changedText, mutated, mutations, textChange } from './mutations.ts'
import { nasty, nastyText, toJson } from './nasty.ts'
import { plainFrame, plainQuery } from './plain-frames.ts'
import { anyRequest } from './requests.ts'

export type Step =
  /** The text of one WebSocket frame. */
  | { kind: 'frame'; text: string }
  /** Bytes below the frames. */
  | { kind: 'bytes'; frames: RawFrame[]; cut: number | null }
  /** A request on a connection of its own. */
  | { kind: 'request'; text: string }

const callId = fc.oneof(
  { weight: 5, arbitrary: fc.nat(20) },
  fc.oneof(nastyText, fc.constantFrom(null, -1, 1.5, '@infinite@', true, [], {})),
)

const callFrame = fc
  .record({
    call: anyCall,
    id: callId,
    lastEventId: fc.option(nasty, { freq: 8, nil: undefined }),
    changes: mutations,
    isPlain: fc.constantFrom(true, true, false),
  })
  .map(({ call: { method, path, input }, id, lastEventId, changes, isPlain }) => {
    const params = { path, input, ...(lastEventId !== undefined && { lastEventId }) }
    const frame = { id, method, params }
    return isPlain ? frame : mutated(frame, changes)
  })

const otherFrame = fc.oneof(
  callId.map((id) => ({ id, method: 'subscription.stop' })),
  nasty.map((data) => ({ method: 'connectionParams', data })),
  fc.record({ id: callId, method: nastyText, params: nasty, jsonrpc: nasty }),
  fc.record({ id: callId, result: nasty }),
)

const frame = fc.oneof({ weight: 6, arbitrary: callFrame }, otherFrame)

const frameText = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.tuple(frame, textChange).map(([one, change]) => changedText(toJson(one), change)),
  },
  fc.array(frame, { maxLength: 12 }).map(toJson),
  fc
    .tuple(frame, fc.constantFrom(100, 101, 300))
    .map(([one, count]) => toJson(Array(count).fill(one))),
  nasty.map(toJson),
  fc.constantFrom('PING', 'PONG', 'ping', '[', '{}', '""', 'nul', '[]'),
)

const stepOf = (text: fc.Arbitrary<string>): fc.Arbitrary<Step> =>
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constant('frame' as const), text }) },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('bytes' as const),
        frames: fc.array(rawFrame, { minLength: 1, maxLength: 6 }),
        cut: fc.option(fc.nat(400), { freq: 4, nil: null }),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({ kind: fc.constant('request' as const), text: anyRequest }),
    },
  )

/** Which way the stranger comes in. */
export type Entrance =
  /** `/trpc`: the connection parameters' frame; null: none are announced. */
  | { at: 'trpc'; params: string | null }
  /** `/ws`: what stands behind the path, and the token of the header, if any. */
  | { at: 'plain'; query: string; bearer: string | null }

export interface Scenario {
  entrance: Entrance
  steps: Step[]
}

const stepsOf = (text: fc.Arbitrary<string>) =>
  fc.array(stepOf(text), { minLength: 1, maxLength: 25, size: 'max' })

const trpcScenario: fc.Arbitrary<Scenario> = fc.record({
  entrance: fc.record({
    at: fc.constant('trpc' as const),
    params: fc.oneof(
      {
        weight: 8,
        arbitrary: fc.constant('{"method":"connectionParams","data":{"token":"$token"}}'),
      },
      fc.constant(null),
      fc.constant('{"method":"connectionParams","data":{"token":"$service"}}'),
      nasty.map((data) => toJson({ method: 'connectionParams', data })),
      nasty.map((token) => toJson({ method: 'connectionParams', data: { token } })),
    ),
  }),
  steps: stepsOf(frameText),
})

const plainScenario: fc.Arbitrary<Scenario> = fc.record({
  entrance: fc.record({
    at: fc.constant('plain' as const),
    query: plainQuery,
    bearer: fc.constantFrom('$token', '$token', '$token', null, '$service', 'a.b.c'),
  }),
  steps: stepsOf(plainFrame),
})

export const scenario: fc.Arbitrary<Scenario> = fc.oneof(
  { weight: 3, arbitrary: trpcScenario },
  { weight: 2, arbitrary: plainScenario },
)
