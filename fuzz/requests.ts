/** HTTP requests as bytes: calls over HTTP, upgrades, and neither. Used by `steps.ts`. */
import fc from 'fast-check'
import { anyCall, anyNotice } from './calls.ts'
import { changedText, textChange } from './mutations.ts'
import { nastyText, toJson } from './nasty.ts'

/** Of a request that is no call. */
const method = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom('GET', 'POST') },
  fc.constantFrom(
    'HEAD',
    'OPTIONS',
    'PUT',
    'DELETE',
    'PATCH',
    'TRACE',
    'CONNECT',
    'get',
    'BREW',
    '',
  ),
)

/** Bytes of a header's value, and more than there may be. */
const value = fc.oneof(
  nastyText.map((text) => text.slice(0, 300)),
  fc.constantFrom('application/json', 'Bearer $token', 'Bearer x', 'null', '127.0.0.1:1', 'a b'),
)
const header = fc.oneof(
  fc.constantFrom(
    'Authorization: Bearer $token',
    'Authorization: Bearer $identity',
    'Authorization: Basic eDp5',
    'Content-Type: application/json',
    'Content-Type: multipart/form-data; boundary=x',
    'Content-Type: application/octet-stream',
    'Content-Type: application/json; charset=utf-16',
    'Content-Encoding: gzip',
    'Transfer-Encoding: chunked',
    'Transfer-Encoding: chunked, identity',
    'Content-Length: 0',
    'Content-Length: 99999999999',
    'Content-Length: -1',
    'Expect: 100-continue',
    'Expect: nonsense',
    'Upgrade: websocket',
    'Upgrade: h2c',
    'Connection: Upgrade',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Version: 8',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    'Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=99',
    'Sec-WebSocket-Protocol: ,,',
    'Origin: http://evil.example',
    'Origin: null',
    'Host: a b',
    'Host: x:99999',
    'trpc-accept: application/jsonl',
    'Accept: text/event-stream',
    'Last-Event-ID: $event',
    `X-Long: ${'x'.repeat(20_000)}`,
  ),
  fc
    .tuple(
      fc.constantFrom(
        'Origin',
        'Host',
        'Content-Type',
        'Authorization',
        'Cookie',
        'Last-Event-ID',
        'X-Forwarded-For',
        'trpc-accept',
        'X',
      ),
      value,
    )
    .map(([name, text]) => `${name}: ${text}`),
)

const query = fc.oneof(
  fc.constant(''),
  anyCall.map(({ input }) => `?input=${escaped(toJson(input))}`),
  anyCall.map(({ input }) => `?batch=1&input=${escaped(toJson({ 0: input, 1: null }))}`),
  nastyText.map((text) => `?${escaped(text)}`),
  fc.constantFrom(
    '?batch=1',
    '?connectionParams=1',
    '?connectionParams={',
    '?input=%',
    '?input[]=1',
  ),
)

/** A lone surrogate has no escape. */
function escaped(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replaceAll('%24', '$').slice(0, 14_000)
}

const path = fc.oneof(
  { weight: 5, arbitrary: anyCall.map((call) => `/trpc/${call.path}`) },
  anyCall.map((call) => `/trpc/${`${call.path},`.repeat(3)}info`),
  fc.constantFrom(
    '/',
    '//',
    '/trpc',
    '/trpc/',
    '/ws',
    '/healthz',
    '/metrics',
    '/readyz',
    '*',
    'http://x/',
    '/trpc/../..',
    '/trpc/%00',
    '/trpc/%E0%A4',
    `/trpc/${'info,'.repeat(150)}`,
  ),
  nastyText.map((text) => `/${escaped(text)}`),
)

const body = fc.oneof(
  fc.constant(''),
  {
    weight: 5,
    arbitrary: fc
      .tuple(anyCall, textChange)
      .map(([call, change]) => changedText(toJson(call.input), change)),
  },
  anyCall.map((call) => toJson({ 0: call.input, 1: call.input, __proto__: 1 })),
  fc.string({ unit: 'binary', maxLength: 200 }),
)

const usual = ['Host: 127.0.0.1', 'Authorization: Bearer $token', 'Content-Type: application/json']
const known = fc.oneof({ weight: 3, arbitrary: fc.constant(usual) }, fc.subarray(usual))
const version = fc.oneof(
  { weight: 20, arbitrary: fc.constant('HTTP/1.1') },
  fc.constantFrom('HTTP/1.0', 'HTTP/2.0', ''),
)
const headers = fc.oneof(
  { weight: 2, arbitrary: fc.constant([]) },
  fc.array(header, { maxLength: 3 }),
)

/** A call as tRPC's clients send it, but for its input and what its text goes through. */
const callRequest = anyCall.map(({ method, path, input }) => {
  const isPost = method === 'mutation'
  const query = isPost ? '' : `?input=${escaped(toJson(input))}`
  return {
    line: `${isPost ? 'POST' : 'GET'} /trpc/${path}${query}`,
    body: isPost ? toJson(input) : '',
  }
})
/** A service's call, and a reader of events by HTTP, from any place it says. */
const serviceRequest = anyNotice.map(({ path, input }) => ({
  line: `POST /trpc/${path}`,
  body: toJson(input),
  own: ['Authorization: Bearer $service'],
}))
const cursor = fc.oneof(fc.constantFrom('$event', '0-0', 'zzz-1', '-1'), nastyText)
const eventsRequest = fc
  .record({ session: fc.constantFrom('$session', '$foreign', '$nowhere'), cursor, header: cursor })
  .map(({ session, cursor, header }) => ({
    line: `GET /trpc/session.events?input=${escaped(toJson({ sessionId: session, lastEventId: cursor }))}`,
    body: '',
    own: [
      'Authorization: Bearer $token',
      'Accept: text/event-stream',
      `Last-Event-ID: ${header.slice(0, 300)}`,
    ],
  }))
const anyOther = fc.record({ method, path, query, body }).map(({ method, path, query, body }) => ({
  line: `${method} ${path}${query}`,
  body: method === 'GET' ? '' : body,
}))

/** The text of a request. `$length` is the body's, once the other places are filled. */
export const anyRequest: fc.Arbitrary<string> = fc
  .record({
    request: fc.oneof(
      { weight: 2, arbitrary: callRequest.map((one) => ({ ...one, own: [] as string[] })) },
      { weight: 2, arbitrary: anyOther.map((one) => ({ ...one, own: [] as string[] })) },
      serviceRequest,
      eventsRequest,
    ),
    known,
    headers,
    version,
    change: textChange,
  })
  .map(({ request: { line, body, own }, known, headers, version, change }) => {
    const length = body === '' ? [] : ['Content-Length: $length']
    const said =
      own.length === 0 ? known : ['Host: 127.0.0.1', 'Content-Type: application/json', ...own]
    const lines = [`${line} ${version}`, ...said, ...length, ...headers]
    return changedText(`${lines.join('\r\n')}\r\nConnection: close\r\n\r\n${body}`, change)
  })
