/**
 * Calls of every procedure: valid ones, and each with changes at any field. `$session` and the like stand
 * for what the target has; `target.ts` says what that is. Used by `steps.ts`.
 */
import fc from 'fast-check'
import { mutated, mutations } from './mutations.ts'
import { nasty, nastyText } from './nasty.ts'

const session = fc.constantFrom('$session', '$session', '$session', '$foreign', '$nowhere')
const message = fc.constantFrom('$query', '$answer', '$nowhere')
const id = fc.oneof(fc.uuid(), fc.constant('$query'))
const content = fc.oneof(fc.constantFrom('Hello', '/help', '漢字 😀'), nastyText)
const cursor = fc.oneof(fc.constantFrom('$event', '0-0', 'zzz-1'), nastyText)
const optional = { requiredKeys: [] as [] }

const command = fc.oneof(
  ...(['cancel', 'edit', 'hold', 'release', 'regenerate', 'choose', 'clear', 'help'] as const).map(
    (name) =>
      fc.record({
        sessionId: session,
        id,
        name: fc.constant(name),
        args: fc.record({ messageId: message, content }, optional),
      }),
  ),
  fc.record({
    sessionId: session,
    id,
    name: fc.constant('model'),
    args: fc.record({ model: fc.constantFrom('openai/gpt-4-turbo', 'nobody/knows') }),
  }),
)

/** To a session, or to all of a user's, or wrongly to both or neither. */
const notice = fc.record(
  {
    sessionId: session,
    userId: fc.constantFrom('$user', '$nowhere'),
    id,
    content,
    level: fc.constantFrom('info', 'error'),
    data: nasty,
  },
  { requiredKeys: ['id', 'content'] },
)

type Call = { method: string; path: string; input: Record<string, unknown> }

function call(
  method: 'query' | 'mutation' | 'subscription',
  path: string,
  input: fc.Arbitrary<Record<string, unknown>>,
): fc.Arbitrary<Call> {
  return fc.record({ method: fc.constant(method), path: fc.constant(path), input })
}

const validCall: fc.Arbitrary<Call> = fc.oneof(
  call('query', 'info', fc.constant({})),
  call('mutation', 'auth.guest', fc.record({ identity: fc.constant('$identity') }, optional)),
  call(
    'mutation',
    'auth.refresh',
    fc.record({ token: fc.constantFrom('$token', '$identity', 'a.b.c') }),
  ),
  call('mutation', 'session.create', fc.record({ id, title: content }, optional)),
  call(
    'query',
    'session.list',
    fc.record({ limit: fc.integer({ min: 1, max: 200 }), cursor, search: content }, optional),
  ),
  call('query', 'session.get', fc.record({ sessionId: session })),
  call(
    'query',
    'session.history',
    fc.record(
      { sessionId: session, before: cursor, limit: fc.constant(5) },
      {
        requiredKeys: ['sessionId'],
      },
    ),
  ),
  call(
    'mutation',
    'session.update',
    fc.record({ sessionId: session, title: content }, { requiredKeys: ['sessionId'] }),
  ),
  call(
    'mutation',
    'session.delete',
    fc.record({ sessionId: fc.constantFrom('$foreign', '$nowhere') }),
  ),
  call(
    'query',
    'session.export',
    fc.record({ sessionId: session, format: fc.constantFrom('json', 'markdown') }),
  ),
  call(
    'subscription',
    'session.events',
    fc.record({ sessionId: session, lastEventId: cursor }, { requiredKeys: ['sessionId'] }),
  ),
  call('mutation', 'agent.query', fc.record({ sessionId: session, id, content })),
  call('mutation', 'agent.command', command),
  call(
    'mutation',
    'agent.feedback',
    fc.record({
      sessionId: session,
      id,
      messageId: message,
      rating: fc.constant('up'),
      comment: content,
    }),
  ),
  call('mutation', 'notify', notice),
)

/** `notify`, which takes a service token. */
export const anyNotice: fc.Arbitrary<Call> = fc
  .tuple(notice, mutations)
  .map(([valid, changes]) => ({
    method: 'mutation',
    path: 'notify',
    input: mutated({ input: valid }, changes).input as Record<string, unknown>,
  }))

/** A call whose input may be changed anywhere. */
export const anyCall: fc.Arbitrary<Call> = fc
  .tuple(validCall, mutations)
  .map(([valid, changes]) => ({ ...valid, input: mutated({ input: valid.input }, changes) }))
  // Below a name, so that the whole input may be replaced too.
  .map((changed) => ({ ...changed, input: changed.input.input as Record<string, unknown> }))
