/** The fuzzer's judge: what it lets pass, and what it would find. */
import { describe, expect, test } from 'vitest'
import { wrongWithAnswer, wrongWithClose, wrongWithFrame, wrongWithPlainFrame } from './verdict.ts'

const error = (data: object, message = 'The input is not valid.') =>
  JSON.stringify({ id: 1, error: { code: -32600, message, data } })
const good = { code: 'BAD_REQUEST', httpStatus: 400, reason: 'INVALID_INPUT', fields: { a: 'x' } }

describe('a frame', () => {
  test.each(['PONG', '{"id":1,"result":{"type":"data","data":{}}}', error(good)])(
    '%s passes',
    (text) => {
      expect(wrongWithFrame(text)).toBeNull()
    },
  )

  test.each<[string, string]>([
    ['that is no JSON', 'oops'],
    [
      'that is unmasked',
      error({ code: 'INTERNAL_SERVER_ERROR', reason: 'INTERNAL' }, 'Internal error'),
    ],
    ['without a reason', error({ code: 'BAD_REQUEST' })],
    ['of an unknown reason', error({ ...good, reason: 'OOPS' })],
    ['with a stack', error({ ...good, fields: { a: 'at open (node:internal/fs)' } })],
    ['with a file', error(good, 'failed in router.ts:12')],
    ['that is very long', error({ ...good, fields: { a: 'x'.repeat(30_000) } })],
  ])('%s does not', (_, text) => expect(wrongWithFrame(text)).not.toBeNull())
})

describe('an HTTP answer', () => {
  const answer = (status: number, body: string) => `HTTP/1.1 ${status} X\r\n\r\n${body}`
  test.each([
    '',
    answer(400, ''),
    answer(403, '{"error":"This origin is not allowed."}'),
    answer(400, error(good)),
    answer(207, `[${error(good)},{"result":{}}]`),
    `HTTP/1.1 100 Continue\r\n\r\n${answer(200, '{"result":{}}')}`,
  ])('%j passes', (text) => expect(wrongWithAnswer(text)).toBeNull())

  test.each([
    answer(500, ''),
    answer(207, `[{"result":{}},${error({ ...good, reason: 'X' })}]`),
    answer(404, '{"error":"at open (node:internal/fs)"}'),
    answer(200, 'event: serialized-error\ndata: {"code":-32603,"message":"x","data":{"code":"X"}}'),
  ])('%j does not', (text) => expect(wrongWithAnswer(text)).not.toBeNull())
})

test('a connection that is cut, and a close that is echoed, are right after broken bytes alone', () => {
  expect(wrongWithClose(1006, true)).toBeNull()
  expect(wrongWithClose(4999, true)).toBeNull()
  expect(wrongWithClose(4999, false)).not.toBeNull()
  expect(wrongWithClose(1006, false)).not.toBeNull()
  expect(wrongWithClose(1011, true)).not.toBeNull()
})

test('on /ws an event is right, a refusal by its reason, and nothing from inside', () => {
  const error = { type: 'error', code: 'INVALID_INPUT', content: 'No.', timestamp: 'now' }
  expect(wrongWithPlainFrame(JSON.stringify(error))).toBeNull()
  expect(wrongWithPlainFrame('{"type":"ack","requestId":"1"}')).toBeNull()
  // A turn that failed is in the log, with the model's codes.
  const turn = { ...error, code: 'UPSTREAM_TIMEOUT', seq: 4 }
  expect(wrongWithPlainFrame(JSON.stringify(turn))).toBeNull()
  for (const wrong of [
    'nonsense',
    '{"id":1}',
    JSON.stringify({ ...error, code: 'INTERNAL' }),
    JSON.stringify({ ...error, code: 'OH_NO' }),
    JSON.stringify({ ...error, content: 'at run (/app/server.ts:1:2)' }),
  ]) {
    expect(wrongWithPlainFrame(wrong), wrong).not.toBeNull()
  }
})
