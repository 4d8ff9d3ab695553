/** Chooses what the model says to a question, and how it fails on the way. Used by `make-schedule.ts`. */
import type { Chance } from './chance.ts'
import type { Call, Script } from './schedule.ts'

type Fault = NonNullable<Call['fault']>
type Refusal = Omit<Extract<Fault, { kind: 'status' }>, 'kind'>

export function makeScript(chance: Chance): Script {
  const tokens = chance.between(3, 60)
  const calls: Call[] = []
  for (let n = chance.between(0, 2); n > 0; n--) {
    const fault = chance.often(0.35) ? { fault: makeFault(chance, tokens) } : {}
    calls.push({ ...makeCall(chance), ...fault })
  }
  // The last one works: what is asked often enough gets an answer.
  return { says: chance.one(['same', 'own']), tokens, calls: [...calls, makeCall(chance)] }
}

function makeCall(chance: Chance): Call {
  return {
    firstTokenMs: chance.between(0, 60),
    tokensPerSecond: chance.one([100, 200, 400, 1000]),
    ...(chance.often(0.15) && { slices: chance.one(['bytes', 'characters']) }),
    ...(chance.often(0.1) && { comments: chance.between(0, 3) }),
    ...(chance.often(0.1) && { reasoning: chance.between(1, 5) }),
    ...(chance.often(0.1) && { finish: 'length' as const }),
  }
}

const refusals: readonly [Refusal, ...Refusal[]] = [
  { status: 429, retryAfter: '0.05' },
  { status: 503, retryAfter: '0.2' },
  { status: 500 },
  { status: 502, body: '<html>Bad gateway</html>', contentType: 'text/html' },
  { status: 401 },
  { status: 402 },
  { status: 400 },
  { status: 413 },
  { status: 200, body: '<html>Hello</html>', contentType: 'text/html' },
]

function makeFault(chance: Chance, tokens: number): Fault {
  const afterTokens = chance.often(0.3) ? 0 : chance.between(1, tokens)
  return chance.one<Fault>([
    { kind: 'status', ...chance.one(refusals) },
    { kind: 'status', ...chance.one(refusals) },
    {
      kind: 'error-chunk',
      afterTokens,
      code: chance.one<string | number>([502, '429', 'server_error', 'context_length_exceeded']),
      message: 'Provider returned error',
      choices: chance.often(0.5),
    },
    { kind: 'reset' },
    { kind: 'reset', afterTokens },
    { kind: 'stall', afterTokens },
    { kind: 'comments-only', afterTokens, everyMs: 50 },
    {
      kind: 'garbage',
      afterTokens,
      lines: chance.between(1, 3),
      line: 'data: <html>oops</html>',
    },
    { kind: 'truncate', afterTokens },
    { kind: 'no-end' },
  ])
}
